/** The quality of ranked lists of documents, for one query or as a mean. Each measure is 0 to 1. */
export type RankingMeasures = {
  readonly ndcgAt10: number;
  readonly recallAt10: number;
  readonly recallAt50: number;
  readonly mrrAt10: number;
};

/** The relevance of documents to one query, by document. Missing documents, and those with 0, are not relevant. */
export type Judgements = ReadonlyMap<string, number>;

/** Measures a ranked list of distinct documents. nDCG uses linear gain. */
export function measureRanking(ranking: readonly string[], judged: Judgements): RankingMeasures {
  const relevant = Array.from(judged.values()).filter((gain) => gain > 0);
  const gains = ranking.map((document) => judged.get(document) ?? 0);
  const ideal = discounted(relevant.toSorted((left, right) => right - left).slice(0, 10));
  const first = gains.slice(0, 10).findIndex((gain) => gain > 0);
  const recall = (cut: number) =>
    gains.slice(0, cut).filter((gain) => gain > 0).length / relevant.length;
  return {
    ndcgAt10: discounted(gains.slice(0, 10)) / ideal,
    recallAt10: recall(10),
    recallAt50: recall(50),
    mrrAt10: first < 0 ? 0 : 1 / (first + 1),
  };
}

/** Computes the mean of each measure. */
export function meanMeasures(all: readonly RankingMeasures[]): RankingMeasures {
  const mean = (of: (measures: RankingMeasures) => number) =>
    all.reduce((sum, measures) => sum + of(measures), 0) / all.length;
  return {
    ndcgAt10: mean((measures) => measures.ndcgAt10),
    recallAt10: mean((measures) => measures.recallAt10),
    recallAt50: mean((measures) => measures.recallAt50),
    mrrAt10: mean((measures) => measures.mrrAt10),
  };
}

/** Removes repetitions from a list and keeps the order, to make a ranking of files from one of chunks. */
export function distinct(list: readonly string[]): string[] {
  return [...new Set(list)];
}

/** The confidence of the answer to a question, and whether the question can be answered. */
export type Scored = { readonly score: number; readonly answerable: boolean };

/**
 * Computes the AUROC of confidences: the probability that an answerable question has a higher one than an unanswerable
 * question. Ties count half.
 */
export function areaUnderCurve(all: readonly Scored[]): number {
  const sorted = all.toSorted((left, right) => left.score - right.score);
  let rankSum = 0;
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && sorted[to]?.score === sorted[from]?.score) to++;
    const rank = (from + 1 + to) / 2;
    rankSum += rank * sorted.slice(from, to).filter(({ answerable }) => answerable).length;
    from = to;
  }
  const answerable = all.filter((scored) => scored.answerable).length;
  const pairs = answerable * (all.length - answerable);
  return (rankSum - (answerable * (answerable + 1)) / 2) / pairs;
}

/** Normalizes a text for comparison: ignores case, width and punctuation. */
function normalized(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, " ")
    .trim();
}

/** Tests whether a text contains one of the correct answers. */
export function containsAnswer(output: string, answers: readonly string[]): boolean {
  const text = normalized(output);
  return answers.some((answer) => {
    const gold = normalized(answer);
    return gold !== "" && text.includes(gold);
  });
}

/** Selects a random sample. The same seed gives the same sample (mulberry32). */
export function sample<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  const keyed = items.map((item) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return { item, key: (mixed ^ (mixed >>> 14)) >>> 0 };
  });
  keyed.sort((left, right) => left.key - right.key);
  return keyed.slice(0, count).map(({ item }) => item);
}

function discounted(gains: readonly number[]): number {
  return gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
}
