import type { VectorStoreIndex } from "../../api/operations.ts";
import { countOf } from "../../state/words.ts";
import { estimateCost, type ReindexValues } from "./plan-reindex.ts";

type CostProps = {
  readonly index: VectorStoreIndex;
  readonly now: ReindexValues;
  readonly wanted: ReindexValues;
};

/** Says what a reindex will make and ask of a model, before it begins. */
export function Cost({ index, now, wanted }: CostProps) {
  const { chunks, texts, isEstimated } = estimateCost(index, now, wanted);
  const about = isEstimated ? "about " : "";
  return (
    <div class="notice notice-info" role="status">
      <div>
        <p>
          It makes {about}
          <b>{countOf(chunks, "chunk")}</b>
          {texts === 0 ? (
            ", copied with their vectors: no model is asked."
          ) : (
            <>
              . <b>{countOf(texts, "text")}</b> {texts === 1 ? "goes" : "go"} to the model{" "}
              <bdi>{wanted.model}</bdi>, fewer if the cache of embeddings has some of them.
            </>
          )}
        </p>
        <p class="soft small">
          {isEstimated &&
            "Files that were attached with sizes of their own keep them and are cut as before. "}
          Until the old generation is erased, the index takes twice the room, and new files are
          written to both.
        </p>
      </div>
    </div>
  );
}
