import { BestIndexes } from "../dense/best-indexes.ts";
import { fusedScore } from "../fuse.ts";
import type { ShardQuery } from "../search-types.ts";
import type { ShardIndex } from "./shard-index.ts";

/** Highest possible dense score: a cosine, plus the rounding error of a stored inverse norm. */
const DENSE_MAX = 1 + 1e-6;

/** The data that decides, before any vector is scored, which chunks of a shard can be among the best. */
export type Standing = {
  readonly index: ShardIndex;
  /**
   * The lexical score of each position; null to leave out no chunk because of it, as for the coded tier and for a
   * question without words.
   */
  readonly lexical: Float64Array | null;
  /** 1 for each file, by its ordinal, whose chunks may be found; null if all may be. */
  readonly admitted: Uint8Array | null;
};

/**
 * Finds the chunks whose vectors have to be scored. It leaves out removed chunks, chunks outside of the filter, and
 * chunks whose lexical score is so low that even the highest dense score would not make them one of the best. Returns
 * one bit for each position, as in `DenseQuestion.admitted`; null if no chunk is left out.
 */
export function findContenders(standing: Standing, query: ShardQuery): Uint32Array | null {
  const { index, lexical, admitted } = standing;
  const { weights } = query;
  const reach = lexical === null ? 0 : scoreByWords(standing, lexical, query);
  const isAnyBehind = fusedScore(0, DENSE_MAX, weights) < reach;
  const { live, ordinals, count, liveCount } = index;
  if (!isAnyBehind && admitted === null && liveCount === count) return null;
  const bits = new Uint32Array(Math.ceil(count / 32));
  for (let position = 0; position < count; position++) {
    if (isAnyBehind && fusedScore(lexical?.[position] ?? 0, DENSE_MAX, weights) < reach) continue;
    if (live[position] === 0) continue;
    if (admitted !== null && admitted[ordinals[position] ?? 0] !== 1) continue;
    bits[position >>> 5] = (bits[position >>> 5] ?? 0) | (1 << (position & 31));
  }
  return bits;
}

/**
 * Returns a lower bound of the last result's combined score: the score that the words alone give it, since dense scores
 * are never negative.
 */
function scoreByWords(
  { index: { live, ordinals, count }, admitted }: Standing,
  lexical: Float64Array,
  { weights, candidatesMax }: ShardQuery,
): number {
  const best = new BestIndexes(candidatesMax);
  let floor = Math.max(0, best.floor);
  for (let position = 0; position < count; position++) {
    const words = lexical[position] ?? 0;
    if (words <= floor || live[position] === 0) continue;
    if (admitted !== null && admitted[ordinals[position] ?? 0] !== 1) continue;
    best.offer(words, position);
    floor = Math.max(0, best.floor);
  }
  return fusedScore(floor, 0, weights);
}
