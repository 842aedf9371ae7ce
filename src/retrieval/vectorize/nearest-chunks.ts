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
  /** True if the index found fewer than it may find, so that it has no others in this namespace that pass its filter. */
  readonly isAll: boolean;
  /**
   * The attribute keys of the slots by which the index was asked to filter; null without a filter. A shard whose vectors
   * were written by others searches them itself.
   */
  readonly filterKeys: readonly string[] | null;
  /** True if the index can be asked for more of the nearest, should these be too few. */
  readonly mayDeepen: boolean;
};

/** The matches of a vector index for one question, and the attribute keys of the slots that filtered them. */
export type FoundMatches = {
  /** The best first. */
  readonly matches: readonly IndexMatch[];
  /** The score that no other vector is above; null if there is no other. */
  readonly floor: number | null;
  readonly filterKeys: readonly string[] | null;
  readonly mayDeepen: boolean;
};

/** Describes the answer of an index to one query: if it is as long as it may be, there are others behind it. */
export const floorOf = (matches: readonly IndexMatch[]): number | null =>
  matches.length < INDEX_LIMITS.nearest ? null : (matches.at(-1)?.score ?? 1);

/**
 * Joins what an index has found in the partitions of a namespace. A partition has others up to the score of its last
 * one, so what is below the highest of these scores is left out: the best may not be known there.
 */
export function joinParts(parts: readonly (readonly IndexMatch[])[]): {
  readonly matches: readonly IndexMatch[];
  readonly floor: number | null;
} {
  const floors = parts.map(floorOf).filter((floor) => floor !== null);
  const floor = floors.length === 0 ? null : Math.max(...floors);
  const matches = parts
    .flat()
    .filter(({ score }) => floor === null || score >= floor)
    .toSorted((a, b) => b.score - a.score);
  return { matches, floor };
}

/** Parts what a vector index has found among the shards of a store. `wanted` is the number of results. */
export function partNearest(
  { matches, floor, filterKeys, mayDeepen }: FoundMatches,
  { index, namespace }: DensePlacement,
  { shards, wanted }: { readonly shards: readonly SearchShardNumber[]; readonly wanted: number },
): ReadonlyMap<SearchShardNumber, NearestChunks> {
  const numbers = new Map<SearchShardNumber, number[]>(shards.map((shard) => [shard, []]));
  for (const { id } of matches) {
    const chunk = readVectorId(namespace, id);
    if (chunk) numbers.get(chunk.shard)?.push(chunk.number);
  }
  const isAll = floor === null;
  const spare = Math.max(0, Math.floor((matches.length - wanted) / Math.max(1, shards.length)));
  const found = { index, floor: floor ?? 1, spare, isAll, filterKeys, mayDeepen };
  return new Map([...numbers].map(([shard, own]) => [shard, { ...found, numbers: own }]));
}

/** The chunks of a shard that a search may find, compared with those that an index has found. */
export type CoveredChunks = {
  /** Chunks among the found ones that are in the shard and pass the search filter. */
  readonly admitted: number;
  /** Tests whether the shard has a chunk that passes the search filter and is neither found nor in its overlay. */
  readonly hasOthers: () => boolean;
};

/**
 * Tests whether the best chunks of a shard are among those that the index has found. An index that says that it has found
 * all that pass a filter is not trusted with that: it may not know a property by which it was asked.
 */
export function coversBest(
  { numbers, spare, isAll, filterKeys }: NearestChunks,
  { admitted, hasOthers }: CoveredChunks,
  candidatesMax: number,
): boolean {
  if (admitted >= candidatesMax) return true;
  if (isAll) return filterKeys === null || !hasOthers();
  return numbers.length - admitted <= spare;
}
