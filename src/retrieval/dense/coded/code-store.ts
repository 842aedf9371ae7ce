import type { Kernel } from "../kernel/kernel.ts";
import { codeBytes, type DenseCodes } from "./codes.ts";

/** Number of positions in one part of a `CodeStore`. Memory grows by whole parts, so that no code is copied. */
export const PART_POSITIONS = 8_192;
/** Number of positions whose codes the kernel sums at once. */
export const BLOCK = 32;
const FACTOR_BYTES = Int16Array.BYTES_PER_ELEMENT;

/**
 * The place of up to `PART_POSITIONS` codes, the first at the position `first`. `codes`, `offsets` and `slopes` are
 * addresses in the kernel's memory.
 */
export type CodePart = {
  readonly first: number;
  readonly count: number;
  readonly codes: number;
  readonly offsets: number;
  readonly slopes: number;
};

/**
 * Stores the codes of a shard in the kernel's memory, interleaved for its byte shuffles: a block of 32 positions has
 * the first bytes of all its codes, then the second bytes, and so on.
 */
export class CodeStore {
  /** Bytes of a code. */
  readonly bytes: number;
  readonly #kernel: Kernel;
  readonly #parts: number[] = [];
  #count = 0;

  constructor(kernel: Kernel, dimensions: number) {
    this.bytes = codeBytes(dimensions);
    this.#kernel = kernel;
  }

  /** Number of codes. */
  get count(): number {
    return this.#count;
  }

  /** Appends codes at the next positions. */
  append(codes: DenseCodes): void {
    for (let from = 0; from < codes.count;) {
      const within = this.#count % PART_POSITIONS;
      if (within === 0) this.#addPart();
      const added = Math.min(PART_POSITIONS - within, codes.count - from);
      this.#put(codes, from, added, within);
      from += added;
      this.#count += added;
    }
  }

  /** Returns the parts, in the order of positions. */
  parts(): CodePart[] {
    return this.#parts.map((codes, index) => {
      const offsets = codes + PART_POSITIONS * this.bytes;
      const first = index * PART_POSITIONS;
      return {
        first,
        count: Math.min(PART_POSITIONS, this.#count - first),
        codes,
        offsets,
        slopes: offsets + PART_POSITIONS * FACTOR_BYTES,
      };
    });
  }

  #addPart(): void {
    this.#parts.push(this.#kernel.allocate(PART_POSITIONS * (this.bytes + 2 * FACTOR_BYTES)));
  }

  /** Copies `added` codes, from the index `from`, into the last part. */
  #put({ offsets, slopes, bits }: DenseCodes, from: number, added: number, within: number): void {
    const part = this.parts().at(-1);
    if (!part) return;
    const { buffer } = this.#kernel;
    new Int16Array(buffer, part.offsets, PART_POSITIONS).set(
      offsets.subarray(from, from + added),
      within,
    );
    new Int16Array(buffer, part.slopes, PART_POSITIONS).set(
      slopes.subarray(from, from + added),
      within,
    );
    const { bytes } = this;
    const codes = new Uint8Array(buffer, part.codes, PART_POSITIONS * bytes);
    for (let index = 0; index < added; index++) {
      const code = (from + index) * bytes;
      const block = Math.floor((within + index) / BLOCK) * BLOCK;
      const place = block * bytes + interleaved(within + index);
      for (let at = 0; at < bytes; at++) codes[place + at * BLOCK] = bits[code + at] ?? 0;
    }
  }
}

/**
 * Returns the place of a position's byte among the 32 bytes of its block, from 0: the order that codes.as.ts describes.
 */
function interleaved(position: number): number {
  const half = position & 16;
  const lane = position & 15;
  return half + (lane < 8 ? 2 * lane : 2 * (lane - 8) + 1);
}
