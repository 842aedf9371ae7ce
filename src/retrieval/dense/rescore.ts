import { fusedScore } from "../fuse.ts";
import { BestIndexes } from "./best-indexes.ts";
import type { DenseQuestion, DenseScores } from "./dense-scan.ts";
import type { QuestionRow } from "./question-row.ts";
import type { RowScorer } from "./row-scorer.ts";

/** Maximum number of rows that `rescore` reads after the first ones. */
const MORE_ROWS_MAX = 256;
/**
 * As `MORE_ROWS_MAX`, for a question that vectors decide nearly alone: more upper bounds are close to the best score.
 */
const MORE_ROWS_MAX_DENSE = 1_024;
const DENSE_WEIGHT = 0.9;
/** Number of rows in one read. The score to reach rises with each read, so small batches avoid needless ones. */
const BATCH_ROWS = 128;
/** Maximum rounding error of an upper bound, which is in single precision. */
const ROUNDING = 1e-6;

/** Upper bounds of the combined scores of a shard's chunks, as parallel arrays. */
export type Bounds = {
  /** The position of each entry, ascending; null if each entry's index is its position. */
  readonly positions: Uint32Array | null;
  /** The positions without an entry; null if all have one. */
  readonly rest: Rest | null;
  /**
   * The upper bound of each entry's combined score; negative for an entry that is not admitted. `rescore` overwrites
   * it.
   */
  readonly uppers: Float32Array;
  /** The entries with the highest estimates, to be read first. */
  readonly best: readonly number[];
};

/** The positions that have no entry in `Bounds`, with one bound for all of them. */
type Rest = {
  /** The upper bound of the combined score of any of these positions. */
  readonly highest: number;
  /** Returns bounds with an entry for every position. Called if one of these positions could be among the best. */
  readonly boundAll: () => Bounds;
};

/** Returns the number of rows that `rescore` reads first. */
export function firstRows(candidatesMax: number): number {
  return Math.max(48, Math.min(2 * candidatesMax, candidatesMax + 48));
}

/**
 * Reads and scores exactly the chunks that can be among the best. First it reads the rows with the highest estimates;
 * the lowest score among the `candidatesMax` best of them is the score to reach. Then it reads the rows whose upper
 * bound reaches this score, highest bound first.
 */
export function rescore(
  bounds: Bounds,
  question: DenseQuestion,
  target: QuestionRow,
  scorer: RowScorer,
): DenseScores {
  const rows = new ReadScores(bounds, question, target, scorer);
  rows.read(bounds.best);
  const { rest } = bounds;
  if (rest && rest.highest > 0 && rest.highest >= rows.lowest) {
    return rescore(rest.boundAll(), question, target, scorer);
  }
  const moreMax = maxMoreRows(question);
  const { uppers } = bounds;
  const more = new BestIndexes(moreMax);
  const reaching = offerAbove(uppers, rows.lowest, more);
  const ranked = more.ranked();
  const lastUpper = uppers[ranked.at(-1) ?? -1] ?? 0;
  for (let from = 0; from < ranked.length; from += BATCH_ROWS) {
    const batch = ranked.slice(from, from + BATCH_ROWS);
    const { lowest } = rows;
    const reached = batch.filter((index) => (uppers[index] ?? 0) >= lowest);
    if (reached.length === 0) break;
    rows.read(reached);
  }
  return rows.scores(reaching > moreMax && lastUpper >= rows.lowest);
}

function maxMoreRows({ lexical, weights }: DenseQuestion): number {
  return lexical === null || weights.dense > DENSE_WEIGHT ? MORE_ROWS_MAX_DENSE : MORE_ROWS_MAX;
}

/** Offers the values that are above 0 and at least `lowest` to `best`. Returns their number. */
function offerAbove(values: Float32Array, lowest: number, best: BestIndexes): number {
  let count = 0;
  let { floor } = best;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (value < lowest || value <= 0) continue;
    count++;
    if (value <= floor) continue;
    best.offer(value, index);
    ({ floor } = best);
  }
  return count;
}

/** The exact scores of the entries whose rows were read. */
class ReadScores {
  readonly #bounds: Bounds;
  readonly #question: DenseQuestion;
  readonly #target: QuestionRow;
  readonly #scorer: RowScorer;
  readonly #scores = new Map<number, number>();
  readonly #best: BestIndexes;

  constructor(bounds: Bounds, question: DenseQuestion, target: QuestionRow, scorer: RowScorer) {
    this.#bounds = bounds;
    this.#question = question;
    this.#target = target;
    this.#scorer = scorer;
    this.#best = new BestIndexes(question.candidatesMax);
  }

  /** The lowest upper bound with which a chunk can be among the best of those read so far. */
  get lowest(): number {
    return Math.max(0, this.#best.floor) - ROUNDING;
  }

  /** Reads and scores entries. Marks them as read by setting their upper bound to −1. */
  read(entries: readonly number[]): void {
    const { positions: ids, uppers } = this.#bounds;
    const { lexical, weights } = this.#question;
    const positions = Uint32Array.from(entries, (entry) => ids?.[entry] ?? entry).toSorted();
    const scores = this.#scorer.score(positions, this.#target);
    for (const [index, position] of positions.entries()) {
      const score = scores[index] ?? 0;
      this.#scores.set(position, score);
      this.#best.offer(fusedScore(lexical?.[position] ?? 0, score, weights), position);
    }
    for (const entry of entries) uppers[entry] = -1;
  }

  /** Returns the exact scores of all entries that were read, by ascending position. */
  scores(isCapped: boolean): DenseScores {
    const positions = Uint32Array.from(this.#scores.keys()).toSorted();
    const scores = Float64Array.from(positions, (position) => this.#scores.get(position) ?? 0);
    return { kind: "some", positions, scores, isCapped };
  }
}
