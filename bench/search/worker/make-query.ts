import { FIRST_ANALYZER, questionTerms } from "../../../src/retrieval/analysis/analyzer.ts";
import { meanLength, weighTerms } from "../../../src/retrieval/bm25.ts";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import type { ShardQuery, ShardStatistics } from "../../../src/retrieval/search-types.ts";
import { drawQuestion } from "./draw-documents.ts";

/** Makes the query of a random question by the statistics of a shard, as a search of the default weights makes it. */
export async function makeQuery(
  shard: { statistics(terms: readonly string[]): Promise<ShardStatistics> },
  index: number,
): Promise<{ readonly query: ShardQuery; readonly statistics: ShardStatistics }> {
  const question = drawQuestion(index);
  const counts = questionTerms(FIRST_ANALYZER, question);
  const terms = [...counts.keys()];
  const statistics = await shard.statistics(terms);
  const countOf = (term: string) => statistics.documentCounts[terms.indexOf(term)] ?? 0;
  const query = {
    terms: weighTerms(counts, statistics.chunkCount, countOf),
    averageLength: meanLength(statistics),
    vector: hashEmbedding(question),
    weights: { lexical: 0.9, dense: 0.1 },
    filter: null,
    hidden: [],
    nearest: null,
    candidatesMax: 10,
  };
  return { query, statistics };
}
