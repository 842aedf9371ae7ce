import { BestIndexes } from "../best-indexes.ts";
import type { DenseQuestion } from "../dense-scan.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type Bounds, firstRows } from "../rescore.ts";
import { BLOCK, type CodePart, type CodeStore, PART_POSITIONS } from "./code-store.ts";
import { FACTOR_UNIT } from "./codes.ts";
import type { Estimator } from "./estimate.ts";

/** Number of positions whose upper bounds should reach the threshold. */
const REACHING = 8_192;
/**
 * Maximum number of positions that may reach the threshold, which is estimated from a sample. If more do, all positions
 * are bounded instead.
 */
const REACHING_MAX = 4 * REACHING;
const SAMPLE_BLOCKS = 128;
const WORDS = PART_POSITIONS / 32;
const NUMBER = Uint32Array.BYTES_PER_ELEMENT;

/**
 * Scans codes for a question without words. Instead of writing the bounds of all positions, it lists the positions with
 * the highest upper bounds: nearly all of a million positions are far below the best, and only the kernel looks at
 * these.
 */
export class CutScan {
  readonly #kernel: Kernel;
  readonly #store: CodeStore;
  readonly #tables: number;
  readonly #sums: number;
  #admitted = -1;
  #found = -1;
  #uppers = -1;

  /**
   * `tables` and `sums` are addresses in the kernel's memory: of the question's tables, and of a buffer for the sums of
   * a part.
   */
  constructor(kernel: Kernel, store: CodeStore, tables: number, sums: number) {
    this.#kernel = kernel;
    this.#store = store;
    this.#tables = tables;
    this.#sums = sums;
  }

  /**
   * Bounds the scores of the about 8,192 positions with the highest upper bounds. Returns null if the shard has fewer
   * than `REACHING_MAX` positions, or if more than that reach the threshold: then `boundAll` has to be used.
   */
  bound(
    { admitted, weights, candidatesMax }: DenseQuestion,
    given: Estimator,
    boundAll: () => Bounds,
  ): Bounds | null {
    if (this.#store.count < REACHING_MAX) return null;
    this.#allocate();
    const threshold = this.#guessThreshold(admitted, given);
    const positions = new Uint32Array(REACHING_MAX);
    const uppers = new Float32Array(REACHING_MAX);
    const best = new BestIndexes(firstRows(candidatesMax));
    let size = 0;
    for (const part of this.#store.parts()) {
      this.#admit(part, admitted);
      this.#sum(part, 0, Math.ceil(part.count / BLOCK));
      const found = this.#cut(part, given, threshold);
      const { buffer } = this.#kernel;
      if (size + found > REACHING_MAX) return null;
      positions.set(new Uint32Array(buffer, this.#found, found), size);
      const reached = new Float32Array(buffer, this.#uppers, found);
      const slopes = new Int16Array(buffer, part.slopes, part.count);
      for (const [index, upper] of reached.entries()) {
        const entry = size + index;
        const slope = slopes[(positions[entry] ?? 0) - part.first] ?? 0;
        uppers[entry] = weights.dense * Math.max(0, given.base + upper);
        best.offer(upper - slope * given.error, entry);
      }
      size += found;
    }
    return {
      positions: positions.subarray(0, size),
      uppers: uppers.subarray(0, size),
      best: best.ranked(),
      rest: { highest: weights.dense * Math.max(0, given.base + threshold), boundAll },
    };
  }

  #allocate(): void {
    if (this.#found >= 0) return;
    this.#admitted = this.#kernel.allocate(WORDS * NUMBER);
    this.#found = this.#kernel.allocate(PART_POSITIONS * NUMBER);
    // The kernel writes four bounds at once, so up to three beyond the last one.
    this.#uppers = this.#kernel.allocate((PART_POSITIONS + 4) * NUMBER);
  }

  /** Estimates, from a sample of blocks, the upper bound (without `base`) that about 8,192 admitted positions reach. */
  #guessThreshold(admitted: Uint32Array | null, { step, shift, error }: Estimator): number {
    const parts = this.#store.parts();
    const blocks = Math.floor(this.#store.count / BLOCK);
    const apart = Math.max(1, Math.floor(blocks / SAMPLE_BLOCKS));
    const uppers: number[] = [];
    let sampled = 0;
    for (let block = 0; block < blocks; block += apart) {
      const part = parts[Math.floor((block * BLOCK) / PART_POSITIONS)];
      if (!part) break;
      const within = block * BLOCK - part.first;
      this.#sum(part, within, 1);
      const { buffer } = this.#kernel;
      const sums = new Uint16Array(buffer, this.#sums, BLOCK);
      const offsets = new Int16Array(buffer, part.offsets + within * 2, BLOCK);
      const slopes = new Int16Array(buffer, part.slopes + within * 2, BLOCK);
      const mask = admitted === null ? -1 : (admitted[block] ?? 0);
      sampled += BLOCK;
      for (const [index, sum] of sums.entries()) {
        if (!((mask >>> index) & 1)) continue;
        const offset = (offsets[index] ?? 0) * FACTOR_UNIT;
        uppers.push(offset + (slopes[index] ?? 0) * (sum * step + shift + error));
      }
    }
    const wanted = Math.round((REACHING * sampled) / this.#store.count);
    return Float64Array.from(uppers).toSorted().at(-wanted) ?? -Infinity;
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

  #sum({ codes }: CodePart, within: number, blocks: number): void {
    const { bytes } = this.#store;
    this.#kernel.call.sumBlocks(codes + within * bytes, bytes, blocks, this.#tables, this.#sums);
  }

  /**
   * Writes the positions of a part that reach the threshold, and their bounds, into the kernel's memory. Returns their
   * number.
   */
  #cut(part: CodePart, { step, shift, error }: Estimator, threshold: number): number {
    return this.#kernel.call.cutBlocks(
      this.#sums,
      part.offsets,
      part.slopes,
      this.#admitted,
      Math.ceil(part.count / BLOCK),
      FACTOR_UNIT,
      step,
      shift,
      error,
      threshold,
      part.first,
      this.#found,
      this.#uppers,
    );
  }
}
