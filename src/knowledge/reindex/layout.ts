import type { Refusal } from "../../refusal.ts";

/**
 * The places of a generation's vectors that a client may ask for. `auto`: a vector index if the store is large enough for
 * one. `shard`: its search shards alone. `vectorize`: a vector index, whatever the size.
 */
export const DENSE_INDEXES = ["auto", "shard", "vectorize"] as const;
/** A member of `DENSE_INDEXES`. */
export type DenseIndex = (typeof DENSE_INDEXES)[number];

/** Search shards of a generation at most that a client or a split may ask for. Each search asks all of them. */
export const SHARDS_MAX = 64;

/** The search shards that a generation begins with, over which its files are spread evenly, and the place of its vectors. */
export type GenerationLayout = {
  readonly shards: number;
  readonly denseIndex: DenseIndex;
};

/** Tests whether a generation has the layout that a request asks for. A member that is left out fits any. */
export const fitsLayout = (
  { shards, denseIndex }: Partial<GenerationLayout>,
  layout: GenerationLayout,
): boolean =>
  (shards === undefined || shards === layout.shards) &&
  (denseIndex === undefined || denseIndex === layout.denseIndex);

/**
 * Refuses a number of search shards that cannot take the chunks which a store has now, `chunksMax` in each. Returns null if
 * they can, or if no number is asked for.
 */
export function refuseShards(
  shards: number | undefined,
  { chunkCount, chunksMax }: { readonly chunkCount: number; readonly chunksMax: number },
): Refusal | null {
  const needed = Math.max(1, Math.ceil(chunkCount / chunksMax));
  if (shards === undefined || shards >= needed) return null;
  const message =
    `The vector store has ${chunkCount} chunks, and a search shard takes ${chunksMax}: ` +
    `at least ${needed} search shards are needed.`;
  return { code: "invalid_request", message, param: "search_shards" };
}
