import { fusedScore } from "../fuse.ts";
import { BestIndexes } from "./best-indexes.ts";
import type { DenseQuestion, DenseScan, DenseScores, ReadRows } from "./dense-scan.ts";
import { ExactScan } from "./exact-scan.ts";
import { Kernel } from "./kernel/kernel.ts";
import { makeQuestionRow } from "./question-row.ts";
import { firstRows, rescore } from "./rescore.ts";
import { RowScorer } from "./row-scorer.ts";

/** The scores of a vector index are approximate: a chunk that it has left out may have a score this much above. */
const SCORE_ERROR = 0.02;

/**
 * The tier of a shard whose vectors are in a vector index: the index names the nearest chunks, and this scan adds the
 * chunks that the index does not have yet (the overlay, whose rows are in memory) and those that the words may bring
 * among the best. It reads the rows of these from storage, so that scores are exact.
 */
export class IndexedScan implements DenseScan {
  readonly tier = "indexed";
  readonly dimensions: number;
  readonly #kernel: Kernel;
  readonly #scorer: RowScorer;
  readonly #overlay: ExactScan;
  /** The position of each row of the overlay. */
  readonly #positions: number[] = [];
  readonly #shard: { readonly count: number };

  constructor(
    module: WebAssembly.Module,
    dimensions: number,
    shard: { readonly count: number },
    readRows: ReadRows,
  ) {
    this.dimensions = dimensions;
    this.#shard = shard;
    this.#kernel = new Kernel(module);
    this.#scorer = new RowScorer(this.#kernel, dimensions, readRows);
    this.#overlay = new ExactScan(module, dimensions);
  }

  get count(): number {
    return this.#shard.count;
  }

  get bytes(): number {
    return this.#kernel.bytes + this.#overlay.bytes + this.#positions.length * 8;
  }

  /** Number of chunks of the overlay. */
  get overlaid(): number {
    return this.#positions.length;
  }

  /** Adds chunks to the overlay: consecutive positions from `first` on, and their rows. */
  overlay(first: number, rows: Int8Array): void {
    const count = rows.length / this.dimensions;
    for (let at = 0; at < count; at++) this.#positions.push(first + at);
    this.#overlay.append(rows);
  }

  /** Scores the nearest chunks of the question, and those that can be as good. Without nearest ones, only the latter. */
  score(question: DenseQuestion): DenseScores {
    const target = makeQuestionRow(question.vector, this.dimensions);
    if (target === null) return { kind: "none" };
    const uppers = new Float32Array(this.count);
    boundWords(uppers, question);
    this.#boundOverlay(uppers, question);
    boundNearest(uppers, question);
    if (question.admitted) leaveOut(uppers, question.admitted);
    const best = pickBest(uppers, question);
    return rescore({ positions: null, rest: null, uppers, best }, question, target, this.#scorer);
  }

  #boundOverlay(uppers: Float32Array, question: DenseQuestion): void {
    const buffer = new Float64Array(this.overlaid);
    const found = this.#overlay.score({ ...question, admitted: null, buffer });
    if (found.kind !== "all") return;
    for (const [at, position] of this.#positions.entries()) {
      uppers[position] = fuse(question, position, buffer[at] ?? 0);
    }
  }
}

/**
 * Bounds the chunks that the question's words are in, whose vectors may be as near as the last of the nearest. A chunk
 * without a word of the question that is not among the nearest is behind all of them.
 */
function boundWords(uppers: Float32Array, question: DenseQuestion): void {
  const { lexical, nearest } = question;
  if (lexical === null) return;
  const floor = Math.min(1, Math.max(0, nearest?.floor ?? 1) + SCORE_ERROR);
  for (let position = 0; position < uppers.length; position++) {
    if ((lexical[position] ?? 0) > 0) uppers[position] = fuse(question, position, floor);
  }
}

function boundNearest(uppers: Float32Array, question: DenseQuestion): void {
  for (const position of question.nearest?.positions ?? []) {
    uppers[position] = fuse(question, position, 1);
  }
}

/** Marks the positions that are not admitted. */
function leaveOut(uppers: Float32Array, admitted: Uint32Array): void {
  for (let position = 0; position < uppers.length; position++) {
    if (((admitted[position >>> 5] ?? 0) & (1 << (position & 31))) === 0) uppers[position] = -1;
  }
}

/** Picks the positions that are read first: the admitted ones of the nearest, and the best of the others. */
function pickBest(uppers: Float32Array, { nearest, candidatesMax }: DenseQuestion): number[] {
  const first = new Set(
    (nearest?.positions ?? []).filter((position) => (uppers[position] ?? -1) > 0),
  );
  const best = new BestIndexes(firstRows(candidatesMax));
  for (let position = 0; position < uppers.length; position++) {
    const upper = uppers[position] ?? 0;
    if (upper > 0 && !first.has(position)) best.offer(upper, position);
  }
  return [...first, ...best.ranked()];
}

const fuse = ({ lexical, weights }: DenseQuestion, position: number, dense: number): number =>
  fusedScore(lexical?.[position] ?? 0, dense, weights);
