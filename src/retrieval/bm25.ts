import type { QueryTerm, ShardStatistics } from "./search-types.ts";

/** Saturation of a term's frequency and strength of length normalisation: the usual values, kept by measurement. */
export const K1 = 1.2;
export const B = 0.75;

/** How much a term tells, from how many chunks of the whole corpus contain it. Never negative. */
export function inverseDocumentFrequency(documentCount: number, chunkCount: number): number {
  return Math.log(1 + (Math.max(0, chunkCount - documentCount) + 0.5) / (documentCount + 0.5));
}

/** A term's weight in a chunk, 0 … 1: BM25's term score without idf and without the constant (k1 + 1). */
export function saturation(frequency: number, length: number, averageLength: number): number {
  const relativeLength = averageLength > 0 ? length / averageLength : 1;
  return frequency / (frequency + K1 * (1 - B + B * relativeLength));
}

/** Gives each term of a question its corpus-wide weight. */
export function weighTerms(
  counts: ReadonlyMap<string, number>,
  chunkCount: number,
  documentCountOf: (term: string) => number,
): QueryTerm[] {
  return Array.from(counts, ([term, count]) => ({
    term,
    count,
    idf: inverseDocumentFrequency(documentCountOf(term), chunkCount),
  }));
}

/** Σ count · idf: what a chunk would score that is saturated with every term of the question. */
export function weightSum(terms: readonly QueryTerm[]): number {
  return terms.reduce((sum, { count, idf }) => sum + count * idf, 0);
}

/** The statistics of a store are the sums of its shards': integers, so any split gives the same. */
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

export function meanLength(statistics: ShardStatistics): number {
  return statistics.chunkCount === 0 ? 0 : statistics.totalLength / statistics.chunkCount;
}
