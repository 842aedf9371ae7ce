import { BestIndexes } from "../best-indexes.ts";
import type { DenseQuestion, DenseScan, DenseScores, ReadRows } from "../dense-scan.ts";
import { Kernel } from "../kernel/kernel.ts";
import { listPositions, lowestBit } from "../positions.ts";
import { makeQuestionRow, type QuestionRow } from "../question-row.ts";
import { type Bounds, firstRows, rescore } from "../rescore.ts";
import { RowScorer } from "../row-scorer.ts";
import { BLOCK, type CodePart, CodeStore, PART_POSITIONS } from "./code-store.ts";
import { type DenseCodes, FACTOR_UNIT } from "./codes.ts";
import { CutScan } from "./cut-scan.ts";
import { type Estimator, makeEstimator } from "./estimate.ts";
import { Rotation } from "./rotation.ts";

/** Up to this number of admitted chunks, all of them are read and scored exactly. */
const FEW_ROWS = 256;
const FLOAT = Float32Array.BYTES_PER_ELEMENT;
/**
 * The coded tier, for a shard whose int8 rows do not fit in memory: estimates scores from codes of one bit for each
 * dimension, and reads from storage the rows of the chunks that can be among the best. A chunk is missed only if its
 * estimate errs by more than 4 standard errors, or if more rows would have to be read than are allowed (`isCapped`).
 */
export class CodedScan implements DenseScan {
  readonly tier = "coded";
  readonly dimensions: number;
  readonly #kernel: Kernel;
  readonly #store: CodeStore;
  readonly #rotation: Rotation;
  readonly #mean: Float32Array;
  readonly #scorer: RowScorer;
  readonly #tables: number;
  readonly #sums: number;
  readonly #estimates: number;
  readonly #highest: number;
  readonly #cut: CutScan;
  #uppers = new Float32Array();

  /** `mean` is the result of `SignCoder.measureMean` with which the codes were made. */
  constructor(
    module: WebAssembly.Module,
    dimensions: number,
    mean: Float32Array,
    readRows: ReadRows,
  ) {
    this.dimensions = dimensions;
    this.#kernel = new Kernel(module);
    this.#rotation = new Rotation(this.#kernel, dimensions);
    this.#mean = mean;
    this.#tables = this.#kernel.allocate(this.#rotation.width * 4);
    this.#sums = this.#kernel.allocate(PART_POSITIONS * Uint16Array.BYTES_PER_ELEMENT);
    this.#estimates = this.#kernel.allocate(PART_POSITIONS * FLOAT);
    this.#highest = this.#kernel.allocate(PART_POSITIONS * FLOAT);
    this.#scorer = new RowScorer(this.#kernel, dimensions, readRows);
    this.#store = new CodeStore(this.#kernel, dimensions);
    this.#cut = new CutScan(this.#kernel, this.#store, this.#tables, this.#sums);
  }

  get count(): number {
    return this.#store.count;
  }

  get bytes(): number {
    return this.#kernel.bytes + this.#uppers.byteLength;
  }

  /** Appends codes at the next positions. `SignCoder.encode` makes them, with the mean of this scan. */
  append(codes: DenseCodes): void {
    this.#store.append(codes);
  }

  score(question: DenseQuestion): DenseScores {
    const target = makeQuestionRow(question.vector, this.dimensions);
    if (target === null) return { kind: "none" };
    const few = listFew(question.admitted, this.count);
    if (few) {
      const scores = this.#scorer.score(few, target);
      return { kind: "some", positions: few, scores, isCapped: false };
    }
    const estimator = this.#prepare(target);
    const boundAll = () => this.#boundAll(question, estimator);
    const isByVector = question.lexical === null;
    const bounds = isByVector ? this.#cut.bound(question, estimator, boundAll) : null;
    return rescore(bounds ?? boundAll(), question, target, this.#scorer);
  }

  /** Makes the tables of a question and puts them into the kernel's memory. */
  #prepare(target: QuestionRow): Estimator {
    const rotated = this.#rotation.rotateRow(target.row, target.inverseNorm);
    const { width } = this.#rotation;
    const vector = new Float32Array(this.#kernel.buffer, rotated, width);
    const estimator = makeEstimator(vector, this.#mean);
    new Uint8Array(this.#kernel.buffer, this.#tables).set(estimator.tables);
    return estimator;
  }

  /** Computes upper bounds of the combined scores of all positions from their whole codes. */
  #boundAll(question: DenseQuestion, estimator: Estimator): Bounds {
    if (this.#uppers.length < this.count) {
      this.#uppers = new Float32Array(Math.ceil(this.count * 1.25));
    }
    const uppers = this.#uppers.subarray(0, this.count);
    const best = new BestIndexes(firstRows(question.candidatesMax));
    for (const part of this.#store.parts()) {
      this.#boundBlocks(part, question.weights.dense, estimator);
      const { buffer } = this.#kernel;
      const { first, count } = part;
      const window = {
        estimates: new Float32Array(buffer, this.#estimates, count),
        highest: new Float32Array(buffer, this.#highest, count),
      };
      if (question.admitted) leaveOut(window, first, question.admitted);
      addWords(window, first, question, { uppers, best });
    }
    return { positions: null, uppers, best: best.ranked(), rest: null };
  }

  /** Writes the estimates of a part's dense scores, times `weight`, and their upper bounds into the kernel's memory. */
  #boundBlocks(part: CodePart, weight: number, estimator: Estimator): void {
    const { call } = this.#kernel;
    const blocks = Math.ceil(part.count / BLOCK);
    call.sumBlocks(part.codes, this.#store.bytes, blocks, this.#tables, this.#sums);
    call.boundBlocks(
      this.#sums,
      part.offsets,
      part.slopes,
      blocks,
      estimator.base,
      FACTOR_UNIT,
      estimator.step,
      estimator.shift,
      estimator.error,
      weight,
      this.#estimates,
      this.#highest,
    );
  }
}

/** Views of the kernel's memory with the weighted estimates of a part and their upper bounds. */
type Window = { readonly estimates: Float32Array; readonly highest: Float32Array };

/**
 * Adds the weighted lexical scores of the positions from `first` on to their estimates and upper bounds. Writes the
 * bounds to `uppers`, and offers estimates above 0 to `best`.
 */
function addWords(
  { estimates, highest }: Window,
  first: number,
  { lexical, weights }: DenseQuestion,
  { uppers, best }: { readonly uppers: Float32Array; readonly best: BestIndexes },
): void {
  let floor = Math.max(0, best.floor);
  for (let index = 0; index < estimates.length; index++) {
    const position = first + index;
    const words = lexical === null ? 0 : weights.lexical * (lexical[position] ?? 0);
    uppers[position] = words + (highest[index] ?? 0);
    const estimate = words + (estimates[index] ?? 0);
    if (estimate <= floor) continue;
    best.offer(estimate, position);
    floor = Math.max(0, best.floor);
  }
}

/**
 * Sets the estimates and bounds of positions that are not admitted to −∞. `first` is the position of the first entry.
 */
function leaveOut({ estimates, highest }: Window, first: number, admitted: Uint32Array): void {
  for (let word = 0; word * 32 < estimates.length; word++) {
    let missing = ~(admitted[first / 32 + word] ?? 0);
    for (; missing !== 0; missing &= missing - 1) {
      const index = word * 32 + lowestBit(missing);
      if (index >= estimates.length) break;
      estimates[index] = -Infinity;
      highest[index] = -Infinity;
    }
  }
}

/** Returns the admitted positions, ascending, if there are at most `FEW_ROWS`; otherwise null. */
function listFew(admitted: Uint32Array | null, count: number): Uint32Array | null {
  if (admitted !== null) return listPositions(admitted, count, FEW_ROWS);
  return count > FEW_ROWS ? null : Uint32Array.from({ length: count }, (_, position) => position);
}
