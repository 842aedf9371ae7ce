import type { QueryTerm, ShardStatistics } from "./search-types.ts";

/** Saturation of a term's frequency: the usual value, confirmed by measurement. */
const K1 = 1.2;
/** Strength of length normalisation: the usual value, confirmed by measurement. */
const B = 0.75;

/**
 * Returns the inverse document frequency of a term: its weight by the number of chunks that contain it, the higher the
 * fewer. Never negative.
 */
function inverseDocumentFrequency(documentCount: number, chunkCount: number): number {
  return Math.log(1 + (Math.max(0, chunkCount - documentCount) + 0.5) / (documentCount + 0.5));
}

/**
 * Returns the length norm k1 · (1 − b + b · length / averageLength), by which a frequency counts less in a long chunk.
 * Lengths are in index terms.
 */
function lengthNorm(length: number, averageLength: number): number {
  const relativeLength = averageLength > 0 ? length / averageLength : 1;
  return K1 * (1 - B + B * relativeLength);
}

/**
 * Computes the weight of a term in a chunk, from 0 to below 1, from its frequency and the chunk's length in index
 * terms: BM25's term score without idf and without the constant (k1 + 1).
 */
export function saturation(frequency: number, length: number, averageLength: number): number {
  return frequency / (frequency + lengthNorm(length, averageLength));
}

/** Number of chunk lengths (0 to 2,047 index terms) whose norms are computed in advance. */
const NORMS = 2_048;

/**
 * Computes the length norms of many chunks in advance: `norms[length]` for usual lengths in index terms, and the
 * function `normOf` for longer ones. A term with frequency f then weighs f / (f + norm), exactly as `saturation`
 * computes it.
 */
export function saturationTable(averageLength: number): {
  readonly norms: Float64Array;
  readonly normOf: (length: number) => number;
} {
  const normOf = (length: number) => lengthNorm(length, averageLength);
  const norms = new Float64Array(NORMS);
  for (let length = 0; length < NORMS; length++) norms[length] = normOf(length);
  return { norms, normOf };
}

/**
 * Adds the idf to each term of a query. `counts` has the occurrences of each term in the query; `countDocuments`
 * returns the number of the store's chunks that contain a term.
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
 * Returns Σ count · idf over the terms of a query: the highest lexical score that a chunk can have for the query,
 * before normalization.
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
  const dimensions = findDimensions(parts);
  const filterKeys = findFilterKeys(parts);
  return {
    chunkCount,
    totalLength,
    documentCounts,
    ...(dimensions !== undefined && { dimensions }),
    ...(filterKeys !== undefined && { filterKeys }),
  };
}

/** Returns the keys by which the vectors of all parts can be filtered, if they are the same. */
function findFilterKeys(parts: readonly ShardStatistics[]): readonly string[] | undefined {
  const [first, ...others] = parts.filter(({ chunkCount }) => chunkCount > 0);
  const own = JSON.stringify(first?.filterKeys);
  const isSame = others.every(({ filterKeys }) => JSON.stringify(filterKeys) === own);
  return isSame ? first?.filterKeys : undefined;
}

/** Returns the dimensions of the part with the most chunks: vectors of a replaced model must not count for the store. */
function findDimensions(parts: readonly ShardStatistics[]): number | undefined {
  const known = parts.filter(({ dimensions = 0 }) => dimensions > 0);
  return known.toSorted((a, b) => b.chunkCount - a.chunkCount)[0]?.dimensions;
}

/** Returns the mean length of a chunk, in index terms. */
export function meanLength(statistics: ShardStatistics): number {
  return statistics.chunkCount === 0 ? 0 : statistics.totalLength / statistics.chunkCount;
}
