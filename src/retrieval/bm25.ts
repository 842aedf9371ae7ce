import type { QueryTerm, ShardStatistics } from "./search-types.ts";

/** Saturation of a term's frequency: the usual value, confirmed by measurement. */
const K1 = 1.2;
/** Strength of length normalisation: the usual value, confirmed by measurement. */
const B = 0.75;

/** Returns a term's weight by its rarity: how many chunks of the whole corpus contain it. Never negative. */
function inverseDocumentFrequency(documentCount: number, chunkCount: number): number {
  return Math.log(1 + (Math.max(0, chunkCount - documentCount) + 0.5) / (documentCount + 0.5));
}

/**
 * Computes the weight of a term in a chunk, 0 to 1, from its frequency there and the chunk's length in terms: BM25's
 * term score without idf and without the constant (k1 + 1).
 */
export function saturation(frequency: number, length: number, averageLength: number): number {
  const relativeLength = averageLength > 0 ? length / averageLength : 1;
  return frequency / (frequency + K1 * (1 - B + B * relativeLength));
}

/**
 * Makes the weighted terms of a query: adds to each term and its number of occurrences the idf over all chunks of the
 * store.
 */
export function weighTerms(
  counts: ReadonlyMap<string, number>,
  chunkCount: number,
  countDocuments: (term: string) => number,
): QueryTerm[] {
  return Array.from(counts, ([term, count]) => ({
    term,
    count,
    idf: inverseDocumentFrequency(countDocuments(term), chunkCount),
  }));
}

/**
 * Returns Σ count · idf over the terms of a query: the highest lexical score that a chunk can have for it, before
 * normalization.
 */
export function weightSum(terms: readonly QueryTerm[]): number {
  return terms.reduce((sum, { count, idf }) => sum + count * idf, 0);
}

/**
 * Sums the term statistics of a vector store's shards. They are integers, so the sum does not depend on how chunks are
 * spread over shards.
 */
export function sumStatistics(parts: readonly ShardStatistics[]): ShardStatistics {
  const documentCounts: number[] = [];
  let chunkCount = 0;
  let totalLength = 0;
  for (const part of parts) {
    chunkCount += part.chunkCount;
    totalLength += part.totalLength;
    for (const [index, count] of part.documentCounts.entries()) {
      documentCounts[index] = (documentCounts[index] ?? 0) + count;
    }
  }
  return { chunkCount, totalLength, documentCounts };
}

/** Returns the mean length of a chunk, in index terms. */
export function meanLength(statistics: ShardStatistics): number {
  return statistics.chunkCount === 0 ? 0 : statistics.totalLength / statistics.chunkCount;
}
