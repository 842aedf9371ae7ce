import { call } from "../../api/client.ts";
import type { VectorStoreIndex } from "../../api/operations.ts";
import { onOpening } from "../../state/on-opening.ts";
import { useQuery } from "../../state/query.ts";
import type { Draft } from "../../state/use-draft.ts";
import { formatNumber } from "../../state/words.ts";
import { leastShards, type ReindexValues } from "./plan-reindex.ts";
import { ANALYZERS, PLACES } from "./reindex-words.ts";

/** Search shards that a generation may begin with at most. */
const SHARDS_MAX = 64;

type FieldsProps = {
  readonly draft: Draft<keyof ReindexValues>;
  readonly index: VectorStoreIndex;
};

/** The fields of a reindex: what the new generation is built with. */
export function ReindexFields({ draft, index }: FieldsProps) {
  const least = leastShards(index);
  return (
    <div class="columns">
      <ModelField draft={draft} current={index.embedding_model} />
      <label class="field">
        <span>Analyzer of words</span>
        <select {...draft.bind("analyzer")}>
          {Object.entries(ANALYZERS).map(([version, label]) => (
            <option key={version} value={version}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Size of a chunk, in tokens</span>
        <input type="number" required min={100} max={4_096} {...draft.bind("tokens")} />
      </label>
      <label class="field">
        <span>Overlap of chunks, in tokens</span>
        <input type="number" required min={0} max={2_048} {...draft.bind("overlap")} />
      </label>
      <label class="field">
        <span>
          Search shards, {formatNumber(least)} to {SHARDS_MAX}
        </span>
        <input type="number" required min={least} max={SHARDS_MAX} {...draft.bind("shards")} />
      </label>
      <label class="field">
        <span>Place of the vectors</span>
        <select {...draft.bind("denseIndex")}>
          {Object.entries(PLACES).map(([place, label]) => (
            <option key={place} value={place}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

type ModelFieldProps = Pick<FieldsProps, "draft"> & { readonly current: string };

/** The choice of the model of the vectors, among those that the deployment has. */
function ModelField({ draft, current }: ModelFieldProps) {
  const models = useQuery("models", (signal) => call("GET /v1/models", { signal }));
  const offered = (models.value?.data ?? []).filter(({ used_for: use }) => use === "embeddings");
  // What is chosen is shown, though the deployment may have it no more.
  const names = new Set([current, draft.values.model, ...offered.map(({ id }) => id)]);
  return (
    <label class="field">
      <span>Model of the vectors</span>
      <select {...draft.bind("model")} {...onOpening(models.reload)}>
        {[...names].map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
