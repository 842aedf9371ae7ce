import type { Passage } from "../../../src/answer/answer-types.ts";
import {
  FIRST_ANALYZER,
  chunkTerms,
  questionTerms,
} from "../../../src/retrieval/analysis/analyzer.ts";
import { saturation, weighTerms, weightSum } from "../../../src/retrieval/bm25.ts";

/** A passage without the score that a search gives it. */
export type Searchable = Omit<Passage, "score">;

/** Makes a function that searches these passages in memory by words, with the ranking of a search shard. */
export function searchTexts(chunks: readonly Searchable[]) {
  const documents = chunks.map(({ heading, text }) =>
    chunkTerms(FIRST_ANALYZER, { heading, text }),
  );
  const postings = new Map<string, Map<number, number>>();
  let totalLength = 0;
  for (const [at, terms] of documents.entries()) {
    totalLength += terms.length;
    for (const term of terms) {
      const counts = postings.get(term) ?? new Map<number, number>();
      postings.set(term, counts.set(at, (counts.get(at) ?? 0) + 1));
    }
  }
  return (question: string, hitsMax = 8): Passage[] => {
    const terms = weighTerms(
      questionTerms(FIRST_ANALYZER, question),
      chunks.length,
      (term) => postings.get(term)?.size ?? 0,
    );
    const whole = weightSum(terms);
    const scores = new Map<number, number>();
    for (const { term, count, idf } of terms) {
      for (const [at, frequency] of postings.get(term) ?? []) {
        const length = documents[at]?.length ?? 0;
        const part = count * idf * saturation(frequency, length, totalLength / chunks.length);
        scores.set(at, (scores.get(at) ?? 0) + part / whole);
      }
    }
    return chunks
      .map((chunk, at) => ({ ...chunk, score: scores.get(at) ?? 0 }))
      .filter(({ score }) => score > 0)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, hitsMax);
  };
}
