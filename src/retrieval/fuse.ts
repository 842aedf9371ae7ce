import { HASH_MODEL } from "./hash-embedding.ts";
import type { Candidate, SearchHit, SearchWeights } from "./search-types.ts";

/**
 * Both scores are absolute, so fusion is a weighted mean: it lies in 0 … 1, needs no ranks of other chunks, and
 * is the same in whatever shard the chunk lives.
 */
export function fusedScore(lexical: number, dense: number, weights: SearchWeights): number {
  return weights.lexical * lexical + weights.dense * dense;
}

/** Weights that a caller gave, scaled to sum to one. */
export function normalizeWeights({ lexical, dense }: SearchWeights): SearchWeights {
  const sum = lexical + dense;
  return sum > 0 ? { lexical: lexical / sum, dense: dense / sum } : { lexical: 1, dense: 0 };
}

/**
 * What is used when the caller gives no weights. A hashed embedding knows no meaning that words do not: it earns
 * its small share with misspelled words (docs/evaluation.md has the measurements). Strong models get half.
 */
export function defaultWeights(embeddingModel: string): SearchWeights {
  return embeddingModel === HASH_MODEL ? HASH_WEIGHTS : STRONG_WEIGHTS;
}

const HASH_WEIGHTS: SearchWeights = { lexical: 0.9, dense: 0.1 };
const STRONG_WEIGHTS: SearchWeights = { lexical: 0.5, dense: 0.5 };

/** Higher scores first; equal ones by chunk id, so that the order does not depend on the shards. */
export function compareHits(
  a: Pick<SearchHit, "score" | "chunkId">,
  b: Pick<SearchHit, "score" | "chunkId">,
): number {
  return b.score - a.score || (a.chunkId < b.chunkId ? -1 : Number(a.chunkId > b.chunkId));
}

/**
 * One ranking from the candidates of all shards and all queries. A chunk that several queries found counts
 * with its best score.
 */
export function mergeShards(
  candidates: readonly (readonly Candidate[])[],
  weights: SearchWeights,
): SearchHit[] {
  const best = new Map<string, SearchHit>();
  for (const candidate of candidates.flat()) {
    const score = fusedScore(candidate.lexical, candidate.dense, weights);
    const known = best.get(candidate.chunkId);
    if (!known || known.score < score) best.set(candidate.chunkId, { ...candidate, score });
  }
  return [...best.values()].toSorted(compareHits);
}
