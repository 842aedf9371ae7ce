import type { VectorStore } from "../../api/operations.ts";
import { LeftOut } from "../../parts/left-out.tsx";
import { onOpening } from "../../state/on-opening.ts";
import type { Query } from "../../state/query.ts";
import { legible } from "../../state/words.ts";
import type { SearchConfig } from "./search-config.ts";

type ConfigFormProps = {
  readonly name: string;
  readonly config: SearchConfig;
  readonly stores: Query<readonly VectorStore[]>;
};

/** The choices of one configuration. A change searches again at once. */
export function ConfigForm({ name, config, stores }: ConfigFormProps) {
  const { store, weight, limit, least, where, set } = config;
  return (
    <fieldset class="card config">
      <legend>{name}</legend>
      <label class="field">
        <span>Store</span>
        <select
          value={store}
          onChange={({ currentTarget }) => set("store", currentTarget.value)}
          {...onOpening(stores.reload)}
        >
          {stores.value?.map(({ id, name: label }) => (
            <option key={id} value={id}>
              {legible(label || id)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{weight === null ? "Words and vectors" : `Vectors ${weight} %`}</span>
        <select
          value={weight?.toString() ?? ""}
          onChange={({ currentTarget }) => set("weight", currentTarget.value)}
        >
          <option value="">As the service weighs them</option>
          <option value="0">Words alone</option>
          <option value="25">Mostly words</option>
          <option value="50">Both alike</option>
          <option value="75">Mostly vectors</option>
          <option value="100">Vectors alone</option>
        </select>
      </label>
      <label class="field">
        <span>Results</span>
        <input
          type="number"
          min={1}
          max={50}
          value={limit}
          onChange={({ currentTarget }) => set("limit", currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Least score</span>
        <input
          type="number"
          min={0}
          max={1}
          step={0.05}
          value={least}
          onChange={({ currentTarget }) => set("least", currentTarget.value)}
        />
      </label>
      <label class="field config-where">
        <span>Only files where</span>
        <input
          placeholder="department = people"
          value={where}
          onChange={({ currentTarget }) => set("where", currentTarget.value)}
        />
      </label>
      <LeftOut where={where} />
    </fieldset>
  );
}
