import type {
  ReindexVectorStoreRequest,
  VectorStore,
  VectorStoreIndex,
  VectorStoreReindex,
} from "../../api/operations.ts";
import { formatTime } from "../../state/words.ts";

/** The fields of the form of a reindex, as texts. */
export type ReindexValues = Readonly<
  Record<"model" | "analyzer" | "tokens" | "overlap" | "shards" | "denseIndex", string>
>;

/** Returns the settings of the generation that serves, as the form shows them. */
export function readValues(index: VectorStoreIndex): ReindexValues {
  const { max_chunk_size_tokens: tokens, chunk_overlap_tokens: overlap } =
    index.chunking_strategy.static;
  return {
    model: index.embedding_model,
    analyzer: String(index.analyzer_version),
    tokens: String(tokens),
    overlap: String(overlap),
    shards: String(Math.max(1, index.shards.length)),
    denseIndex: index.dense_index,
  };
}

/** Makes the request for a reindex. What is as it was is left out, so that it stays as it is. */
export function makeReindex(now: ReindexValues, wanted: ReindexValues): ReindexVectorStoreRequest {
  const isOther = (field: keyof ReindexValues) => wanted[field] !== now[field];
  const sizes = {
    max_chunk_size_tokens: Number(wanted.tokens),
    chunk_overlap_tokens: Number(wanted.overlap),
  };
  return {
    ...(isOther("model") && { embedding_model: wanted.model }),
    ...(isOther("analyzer") && { analyzer_version: wanted.analyzer === "1" ? 1 : 2 }),
    ...((isOther("tokens") || isOther("overlap")) && {
      chunking_strategy: { type: "static", static: sizes },
    }),
    ...(isOther("shards") && { search_shards: Number(wanted.shards) }),
    ...(isOther("denseIndex") && { dense_index: readPlace(wanted.denseIndex) }),
  };
}

const readPlace = (text: string): "auto" | "shard" | "vectorize" =>
  text === "shard" || text === "vectorize" ? text : "auto";

/** What a reindex makes: chunks, and of them those whose texts are sent to a model. */
type ReindexCost = {
  readonly chunks: number;
  readonly texts: number;
  /** True if the files are cut anew, so that the chunks can be estimated alone. */
  readonly isEstimated: boolean;
};

/**
 * Computes what a reindex makes. Where neither the model nor the sizes of chunks change, chunks and vectors are copied.
 * Other sizes make more or fewer chunks, by the tokens that each adds to the one before.
 */
export function estimateCost(
  { chunk_count: count }: Pick<VectorStoreIndex, "chunk_count">,
  now: ReindexValues,
  wanted: ReindexValues,
): ReindexCost {
  const isCut = now.tokens !== wanted.tokens || now.overlap !== wanted.overlap;
  const ratio = stride(now) / Math.max(1, stride(wanted));
  const chunks = isCut ? Math.round(count * ratio) : count;
  return { chunks, texts: isCut || now.model !== wanted.model ? chunks : 0, isEstimated: isCut };
}

const stride = ({ tokens, overlap }: ReindexValues) => Number(tokens) - Number(overlap);

/** Search shards that a store of this size needs at least. */
export const leastShards = (index: VectorStoreIndex): number =>
  Math.max(1, Math.ceil(index.chunk_count / index.max_chunks_per_shard));

/** Returns why the sizes of chunks do not fit each other; null if they do. */
export const refuseSizes = ({ tokens, overlap }: ReindexValues): string | null =>
  Number(overlap) > Number(tokens) / 2
    ? "A chunk can repeat half of its size at most of the one before."
    : null;

/** Returns why no reindex can begin now, and what to do; null if one can. */
export function explainBlocked(
  store: Pick<VectorStore, "status">,
  reindex: VectorStoreReindex | null | undefined,
): string | null {
  if (store.status === "expired") {
    return "The store has expired, so it has no index. Attach its files to a new store.";
  }
  switch (reindex?.status) {
    case undefined:
    case "completed":
    case "cancelled":
      return null;
    case "building":
    case "paused":
    case "ready":
      // One of the store's own gives way.
      return reindex.automatic
        ? null
        : "A reindex goes on. Another one can begin when it is cancelled, or switched and finished.";
    case "switched":
      return reindex.automatic
        ? "The search shards of the store have just been split. Another reindex can begin in a minute."
        : `The generation before is kept for the way back${reindex.kept_until === null ? "" : ` until ${formatTime(reindex.kept_until)}`}. Finish the reindex above first, which erases it.`;
    case "erasing":
    case "cancelling":
      return "A generation is being erased. Another reindex can begin when that has ended.";
  }
}
