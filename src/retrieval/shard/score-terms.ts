import { saturationTable, weightSum } from "../bm25.ts";
import type { ShardQuery, ShardStatistics } from "../search-types.ts";
import type { PostingList } from "../segment/posting-list.ts";
import type { IndexedSegment, ShardIndex } from "./shard-index.ts";

/** Looks up the posting list of a term in a segment. */
export type FindList = (segment: IndexedSegment, term: string) => PostingList;

/**
 * Computes the lexical score of every position, from 0 to 1: BM25 / (Σ idf · (k1 + 1)). A chunk saturated with all
 * terms of the question scores 1. Terms are added in the question's order, so that a chunk's floating-point sum does
 * not depend on how chunks are spread over segments and shards. Returns null if no term has a weight.
 */
export function scoreTerms(
  index: ShardIndex,
  findList: FindList,
  { terms, averageLength }: Pick<ShardQuery, "terms" | "averageLength">,
): Float64Array | null {
  const whole = weightSum(terms);
  if (whole <= 0) return null;
  const scores = new Float64Array(index.count);
  const saturate = saturationTable(averageLength);
  for (const { term, count, idf } of terms) {
    const weight = (count * idf) / whole;
    for (const segment of index.segments) {
      addScores(scores, index.lengths, segment.base, findList(segment, term), weight, saturate);
    }
  }
  return scores;
}

function addScores(
  scores: Float64Array,
  lengths: Uint32Array,
  base: number,
  { slots, frequencies }: PostingList,
  weight: number,
  { norms, normOf }: ReturnType<typeof saturationTable>,
): void {
  for (let index = 0; index < slots.length; index++) {
    const position = base + (slots[index] ?? 0);
    const length = lengths[position] ?? 0;
    const frequency = frequencies === null ? 1 : (frequencies[index] ?? 0);
    const norm = norms[length] ?? normOf(length);
    scores[position] = (scores[position] ?? 0) + weight * (frequency / (frequency + norm));
  }
}

/**
 * Computes the term statistics of a shard: for each term the number of live chunks that contain it, and the number and
 * total length of live chunks.
 */
export function countDocuments(
  index: ShardIndex,
  findList: FindList,
  terms: readonly string[],
): ShardStatistics {
  const documentCounts = terms.map((term) =>
    index.segments.reduce(
      (sum, segment) => sum + countLive(index, segment, findList(segment, term)),
      0,
    ),
  );
  return { chunkCount: index.liveCount, totalLength: index.totalLength, documentCounts };
}

function countLive(
  { live }: ShardIndex,
  { base, removed, dropped }: IndexedSegment,
  { slots }: PostingList,
): number {
  if (removed === dropped) return slots.length;
  let count = 0;
  for (const slot of slots) count += live[base + slot] ?? 0;
  return count;
}
