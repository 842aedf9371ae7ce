import { type Analyzer, chunkTerms } from "./analysis/analyzer.ts";
import { saturation, weightSum } from "./bm25.ts";
import type { QueryTerm, SearchHit, SearchWeights } from "./search-types.ts";

/**
 * The parts of the score of a search result, which add up to the score. Returned to clients that ask for an
 * explanation.
 */
export type Explanation = {
  readonly score: number;
  readonly weights: SearchWeights;
  readonly dense: number;
  readonly lexical: {
    readonly score: number;
    /** The version of the analyzer of the chunk's and the query's terms. */
    readonly analyzer: number;
    /** Number of index terms in the chunk; `averageLength` is the mean over all chunks of the store. */
    readonly length: number;
    readonly averageLength: number;
    readonly terms: readonly TermExplanation[];
  };
};

/** The part of one term of the question in a hit's lexical score. */
type TermExplanation = {
  readonly term: string;
  readonly count: number;
  readonly idf: number;
  /** The term frequency: occurrences of the term in the chunk. */
  readonly frequency: number;
  /** The term's share of the lexical score. */
  readonly contribution: number;
};

/**
 * Computes the parts of a search result's score from its text, with the same functions that computed the score. If
 * there are several queries, explains the one whose lexical score is closest to that of the result.
 */
export function explainHit(
  hit: SearchHit,
  queries: readonly (readonly QueryTerm[])[],
  { analyzer, averageLength }: { readonly analyzer: Analyzer; readonly averageLength: number },
  weights: SearchWeights,
): Explanation {
  const stored = chunkTerms(analyzer, hit);
  const frequencies = new Map<string, number>();
  for (const term of stored) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
  const length = stored.length;
  const explained = queries.map((terms) => {
    const whole = weightSum(terms);
    return terms.map(({ term, count, idf }) => {
      const frequency = frequencies.get(term) ?? 0;
      const share = whole > 0 ? (count * idf) / whole : 0;
      const contribution = share * saturation(frequency, length, averageLength);
      return { term, count, idf, frequency, contribution };
    });
  });
  const distance = (terms: readonly TermExplanation[]) =>
    Math.abs(terms.reduce((sum, { contribution }) => sum + contribution, 0) - hit.lexical);
  const [terms = []] = explained.toSorted((a, b) => distance(a) - distance(b));
  const { version } = analyzer;
  const lexical = { score: hit.lexical, analyzer: version, length, averageLength, terms };
  return { score: hit.score, weights, dense: hit.dense, lexical };
}
