import { fusedScore } from "../fuse.ts";
import { BestIndexes } from "./best-indexes.ts";
import type { DenseQuestion, DenseScores } from "./dense-scan.ts";
import type { QuestionRow } from "./question-row.ts";
import type { RowScorer } from "./row-scorer.ts";

/** Chunks that may be read after the first ones, because their score may be among the best. */
const MORE_ROWS_MAX = 256;
/** As `MORE_ROWS_MAX`, for a question that is nearly by vector alone: estimates decide it, and more are close. */
const MORE_ROWS_MAX_DENSE = 1_024;
const DENSE_WEIGHT = 0.9;
/** Rows that are read at once. The more have been read, the fewer of the rest can still be among the best. */
const BATCH_ROWS = 128;
/** Upper bounds are in single precision, so one may be this much below the score that it bounds. */
const ROUNDING = 1e-6;

/** Bounds of the combined scores of a shard's chunks. An entry's index stands for a position. */
export type Bounds = {
  /** The position of each entry, ascending; null if the index is the position. */
  readonly positions: Uint32Array | null;
  /** The positions without an entry; null if there are none. */
  readonly rest: Rest | null;
  /** The highest combined score that each entry can have; below 0 for one that is not admitted. `rescore` writes here. */
  readonly uppers: Float32Array;
  /** The entries with the highest estimates, to be read first. */
  readonly best: readonly number[];
};

/** Positions that have no bounds of their own. */
type Rest = {
  /** The highest combined score that one of them can have. */
  readonly highest: number;
  /** Bounds all positions, for the case that one of these is among the best. */
  readonly boundAll: () => Bounds;
};

/** Returns how many chunks are read first: those of the highest estimates. */
export function firstRows(candidatesMax: number): number {
  return Math.max(48, Math.min(2 * candidatesMax, candidatesMax + 48));
}

/**
 * Reads and scores the chunks that can be among the best: first those of the highest estimates, of which the last one
 * that would be returned gives the score to reach; then those whose upper bound reaches it, highest first.
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

/** Offers the values that are above 0 and at least `lowest`. Returns how many these are. */
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

/** The entries that have been read, with their exact scores. */
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

  /** The upper bound that a chunk must have to be among the best of those read so far. */
  get lowest(): number {
    return Math.max(0, this.#best.floor) - ROUNDING;
  }

  /** Reads and scores entries, and marks them as read: their upper bound is −1 then. */
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

  /** Returns the scores of all entries that have been read. */
  scores(isCapped: boolean): DenseScores {
    const positions = Uint32Array.from(this.#scores.keys()).toSorted();
    const scores = Float64Array.from(positions, (position) => this.#scores.get(position) ?? 0);
    return { kind: "some", positions, scores, isCapped };
  }
}
