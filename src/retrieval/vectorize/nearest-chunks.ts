import type { SearchShardNumber } from "../../knowledge/shard-numbers.ts";
import { type DensePlacement, readVectorId, type VectorIndexNumber } from "./placement.ts";
import { INDEX_LIMITS, type IndexMatch } from "./vector-index.ts";

/** The chunks of one shard that a vector index has found nearest to a question. */
export type NearestChunks = {
  readonly index: VectorIndexNumber;
  /** The numbers of the chunks in the shard, the nearest first. */
  readonly numbers: readonly number[];
  /** The approximate score of the last chunk that the index found in all shards: the others have none above it. */
  readonly floor: number;
  /**
   * Maximum number of the chunks in `numbers` that a filter, or a removal, may leave out. If it leaves out more, the best
   * of the store may be missing from the rest, and the shard searches its vectors itself.
   */
  readonly spare: number;
};

/** Parts what a vector index has found among the shards of a store. `wanted` is the number of results. */
export function partNearest(
  matches: readonly IndexMatch[],
  { index, namespace }: DensePlacement,
  { shards, wanted }: { readonly shards: readonly SearchShardNumber[]; readonly wanted: number },
): ReadonlyMap<SearchShardNumber, NearestChunks> {
  const numbers = new Map<SearchShardNumber, number[]>(shards.map((shard) => [shard, []]));
  for (const { id } of matches) {
    const chunk = readVectorId(namespace, id);
    if (chunk) numbers.get(chunk.shard)?.push(chunk.number);
  }
  const isAll = matches.length < INDEX_LIMITS.nearest;
  const floor = isAll ? 1 : (matches.at(-1)?.score ?? 1);
  const spare = isAll
    ? Number.MAX_SAFE_INTEGER
    : Math.max(0, Math.floor((matches.length - wanted) / Math.max(1, shards.length)));
  return new Map(
    [...numbers].map(([shard, own]) => [shard, { index, numbers: own, floor, spare }]),
  );
}

/**
 * Tests whether the best chunks of a shard can be found among those that the index has found, of which `admitted` are in
 * the shard and pass the search filter.
 */
export function coversBest(
  { numbers, spare }: NearestChunks,
  admitted: number,
  candidatesMax: number,
): boolean {
  return admitted >= candidatesMax || numbers.length - admitted <= spare;
}
