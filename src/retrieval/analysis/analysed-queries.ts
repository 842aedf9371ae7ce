import { findAnalyzer, questionTerms } from "./analyzer.ts";

/** The queries of a search by one version of the analyzer. */
type QueriesTerms = {
  /** For each query, its terms with their numbers of occurrences. */
  readonly counts: readonly ReadonlyMap<string, number>[];
  /** The distinct terms of all queries, in the order in which a plan has their document counts. */
  readonly vocabulary: readonly string[];
};

/** The queries of one search. They are analysed once by each version of the analyzer, even if the search is repeated. */
export class AnalysedQueries {
  readonly #queries: readonly string[];
  readonly #known = new Map<number, QueriesTerms>();

  constructor(queries: readonly string[]) {
    this.#queries = queries;
  }

  /** Returns the terms of the queries by a version. Throws `UnknownAnalyzer` if this build does not have it. */
  by(version: number): QueriesTerms {
    const known = this.#known.get(version) ?? this.#analyse(version);
    this.#known.set(version, known);
    return known;
  }

  #analyse(version: number): QueriesTerms {
    const analyzer = findAnalyzer(version);
    const counts = this.#queries.map((query) => questionTerms(analyzer, query));
    return { counts, vocabulary: [...new Set(counts.flatMap((terms) => [...terms.keys()]))] };
  }
}
