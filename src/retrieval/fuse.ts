import { HASH_MODEL } from "./hash-embedding.ts";
import type { ShardCandidate, SearchHit, SearchWeights } from "./search-types.ts";

/**
 * Combines the lexical and the dense score of a chunk to their weighted mean, 0 to 1. Unlike a rank, the score does not
 * depend on other chunks, so chunks of different shards can be compared.
 */
export function fusedScore(lexical: number, dense: number, weights: SearchWeights): number {
  return weights.lexical * lexical + weights.dense * dense;
}

/** Scales the weights in a request so that they sum to one. */
export function normalizeWeights({ lexical, dense }: SearchWeights): SearchWeights {
  const sum = lexical + dense;
  return sum > 0 ? { lexical: lexical / sum, dense: dense / sum } : { lexical: 1, dense: 0 };
}

/**
 * Returns the weights of the lexical and the dense score for a search whose request sets none. The hashed embedding
 * `hash-1` knows words only, not meaning; its small weight helps with misspelled words (measurements in
 * docs/evaluation.md). With other models both weights are 0.5.
 */
export function defaultWeights(embeddingModel: string): SearchWeights {
  return embeddingModel === HASH_MODEL ? HASH_WEIGHTS : STRONG_WEIGHTS;
}

const HASH_WEIGHTS: SearchWeights = { lexical: 0.9, dense: 0.1 };
const STRONG_WEIGHTS: SearchWeights = { lexical: 0.5, dense: 0.5 };

/**
 * Compares two search results for sorting: highest score first. Equal scores are ordered by chunk id, so that the order
 * does not depend on the shards.
 */
export function compareHits(
  a: Pick<SearchHit, "score" | "chunkId">,
  b: Pick<SearchHit, "score" | "chunkId">,
): number {
  return b.score - a.score || (a.chunkId < b.chunkId ? -1 : Number(a.chunkId > b.chunkId));
}

/**
 * Merges the candidates of all shards and queries into one list of results, best first. A chunk that several queries
 * found keeps its best score.
 */
export function mergeShards(
  candidates: readonly (readonly ShardCandidate[])[],
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
