import { BestIndexes } from "../dense/best-indexes.ts";
import { fusedScore } from "../fuse.ts";
import type { ShardQuery } from "../search-types.ts";
import type { ShardIndex } from "./shard-index.ts";

/** The highest dense score: a cosine, above 1 by no more than the rounding of a stored inverse norm. */
const DENSE_MAX = 1 + 1e-6;

/** What decides which chunks of a shard can be among the best of a question, before any vector is looked at. */
export type Standing = {
  readonly index: ShardIndex;
  /** The lexical score of each position; null if words leave nobody behind. */
  readonly lexical: Float64Array | null;
  /** 1 for each file, by its ordinal, whose chunks may be found; null if all may be. */
  readonly admitted: Uint8Array | null;
};

/**
 * Finds the chunks whose vectors a question needs: those that are not removed, pass the filter, and are not so far behind
 * by their words that the highest dense score would leave them behind. Returns one bit for each position, as
 * `DenseQuestion.admitted` has them; null if these are all chunks.
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

/** Returns the score that the last of the results has at least, since dense scores are never negative. */
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
