import { BestIndexes } from "../best-indexes.ts";
import type { DenseQuestion } from "../dense-scan.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type Bounds, firstRows } from "../rescore.ts";
import { BLOCK, type CodePart, type CodeStore, PART_POSITIONS } from "./code-store.ts";
import { FACTOR_UNIT } from "./codes.ts";
import type { Estimator } from "./estimate.ts";

/** Positions that are to survive the scan of heads. */
const SURVIVORS = 8_192;
/** The threshold is a guess from a sample; if more than this survive, whole codes are scanned. */
const SURVIVORS_MAX = 4 * SURVIVORS;
const SAMPLE_BLOCKS = 128;
const WORDS = PART_POSITIONS / 32;

/**
 * A scan of the first 128 bits of codes, for questions by vector alone. Reading less makes it faster where codes are many.
 * About 8,192 positions survive it; their whole codes bound their scores.
 */
export class PrefixScan {
  readonly #kernel: Kernel;
  readonly #store: CodeStore;
  readonly #tables: number;
  readonly #sums: number;
  #admitted = -1;
  #found = -1;

  constructor(kernel: Kernel, store: CodeStore, tables: number, sums: number) {
    this.#kernel = kernel;
    this.#store = store;
    this.#tables = tables;
    this.#sums = sums;
  }

  /** Bounds the combined scores of the survivors; null if there are too many of them. */
  bound(question: DenseQuestion, estimator: Estimator): Bounds | null {
    const survivors = this.#survivors(question.admitted, estimator);
    if (survivors === null) return null;
    const uppers = new Float32Array(survivors.length);
    const best = new BestIndexes(firstRows(question.candidatesMax));
    this.#refine(survivors, estimator, (index, estimate, error) => {
      uppers[index] = question.weights.dense * Math.max(0, estimate + error);
      best.offer(question.weights.dense * Math.max(0, estimate), index);
    });
    return { positions: survivors, uppers, best: best.ranked() };
  }

  #survivors(admitted: Uint32Array | null, estimator: Estimator): Uint32Array | null {
    this.#allocate();
    const threshold = this.#guessThreshold(admitted, estimator);
    const survivors = new Uint32Array(SURVIVORS_MAX);
    let size = 0;
    for (const part of this.#store.parts()) {
      this.#admit(part, admitted);
      this.#sumHeads(part, 0, Math.ceil(part.count / BLOCK));
      const found = this.#cut(part, estimator, threshold);
      if (size + found.length > SURVIVORS_MAX) return null;
      survivors.set(found, size);
      size += found.length;
    }
    return survivors.subarray(0, size);
  }

  #allocate(): void {
    if (this.#found >= 0) return;
    this.#admitted = this.#kernel.allocate(WORDS * 4);
    this.#found = this.#kernel.allocate(PART_POSITIONS * 4);
  }

  /** Estimates by their heads the admitted positions of a sample of blocks, and returns what about 8,192 of all reach. */
  #guessThreshold(admitted: Uint32Array | null, estimator: Estimator): number {
    const parts = this.#store.parts();
    const blocks = Math.ceil(this.#store.count / BLOCK);
    const apart = Math.max(1, Math.floor(blocks / SAMPLE_BLOCKS));
    const { step, shift } = estimator.head;
    const estimates: number[] = [];
    let sampled = 0;
    for (let block = 0; block < blocks; block += apart) {
      const part = parts[Math.floor((block * BLOCK) / PART_POSITIONS)];
      if (!part) break;
      const within = block * BLOCK - part.first;
      this.#sumHeads(part, within, 1);
      const mask = admitted === null ? -1 : (admitted[block] ?? 0);
      const columns = this.#columns(part, within, Math.min(BLOCK, part.count - within));
      sampled += columns.sums.length;
      for (const [index, sum] of columns.sums.entries()) {
        if (!((mask >>> index) & 1)) continue;
        const offset = (columns.offsets[index] ?? 0) * FACTOR_UNIT;
        estimates.push(offset + (columns.slopes[index] ?? 0) * (sum * step + shift));
      }
    }
    const wanted = Math.round((SURVIVORS * sampled) / this.#store.count);
    return Float64Array.from(estimates).toSorted().at(-wanted) ?? -Infinity;
  }

  /** Writes the admitted bits of a part into the kernel's memory. */
  #admit({ first, count }: CodePart, admitted: Uint32Array | null): void {
    const words = new Uint32Array(this.#kernel.buffer, this.#admitted, WORDS);
    if (admitted === null) words.fill(0xffffffff);
    else words.set(admitted.subarray(first / 32, first / 32 + Math.ceil(count / 32)));
    const last = count & 31;
    const word = count >> 5;
    if (last > 0) words[word] = (words[word] ?? 0) & ((1 << last) - 1);
  }

  #sumHeads({ head, rest }: CodePart, within: number, blocks: number): void {
    const { headBytes } = this.#store;
    const start = head + within * headBytes;
    this.#kernel.call.sumBlocks(start, headBytes, rest, 0, blocks, this.#tables, this.#sums);
  }

  #cut(part: CodePart, { head }: Estimator, threshold: number): Uint32Array {
    const size = this.#kernel.call.cutBlocks(
      this.#sums,
      part.offsets,
      part.slopes,
      this.#admitted,
      Math.ceil(part.count / BLOCK),
      FACTOR_UNIT,
      head.step,
      head.shift,
      threshold,
      part.first,
      this.#found,
    );
    return new Uint32Array(this.#kernel.buffer, this.#found, size);
  }

  /** Estimates survivors by their whole codes, block by block. `error` is of 4 standard errors. */
  #refine(
    survivors: Uint32Array,
    { base, step, shift, error }: Estimator,
    offer: (index: number, estimate: number, error: number) => void,
  ): void {
    const parts = this.#store.parts();
    let block = -1;
    let columns = null;
    for (const [index, position] of survivors.entries()) {
      if (block !== position >> 5) {
        block = position >> 5;
        columns = this.#sumBlock(parts, block);
      }
      const lane = position & 31;
      const slope = columns?.slopes[lane] ?? 0;
      const reach = (columns?.sums[lane] ?? 0) * step + shift;
      const offset = (columns?.offsets[lane] ?? 0) * FACTOR_UNIT;
      offer(index, base + offset + slope * reach, slope * error);
    }
  }

  #sumBlock(parts: readonly CodePart[], block: number): PartColumns | null {
    const part = parts[Math.floor((block * BLOCK) / PART_POSITIONS)];
    if (!part) return null;
    const within = block * BLOCK - part.first;
    const { headBytes, restBytes } = this.#store;
    this.#kernel.call.sumBlocks(
      part.head + within * headBytes,
      headBytes,
      part.rest + within * restBytes,
      restBytes,
      1,
      this.#tables,
      this.#sums,
    );
    return this.#columns(part, within, BLOCK);
  }

  /** The sums of the first positions of the kernel's window, with their factors. */
  #columns(part: CodePart, within: number, count: number): PartColumns {
    const { buffer } = this.#kernel;
    return {
      sums: new Uint16Array(buffer, this.#sums, count),
      offsets: new Int16Array(buffer, part.offsets + within * 2, count),
      slopes: new Int16Array(buffer, part.slopes + within * 2, count),
    };
  }
}

type PartColumns = {
  readonly sums: Uint16Array;
  readonly offsets: Int16Array;
  readonly slopes: Int16Array;
};
