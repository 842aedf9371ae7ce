import type { Kernel } from "../kernel/kernel.ts";
import { codeBytes, type DenseCodes } from "./codes.ts";

/** Codes are kept in parts of this many positions, so that memory grows without copying. */
export const PART_POSITIONS = 8_192;
/** The kernel sums the codes of a block of 32 positions at once. */
export const BLOCK = 32;
/** The first bytes of codes are apart from the others, so that they can be scanned alone. */
const HEAD_BYTES_MAX = 16;
const FACTOR_BYTES = Int16Array.BYTES_PER_ELEMENT;

/** The codes of up to `PART_POSITIONS` positions, as addresses in the kernel's memory. */
export type CodePart = {
  readonly first: number;
  readonly count: number;
  readonly head: number;
  readonly rest: number;
  readonly offsets: number;
  readonly slopes: number;
};

/**
 * The codes of a shard in the kernel's memory, interleaved for its byte shuffles: in each block of 32 positions the
 * first bytes of all codes are together, then the second ones, and so on.
 */
export class CodeStore {
  readonly headBytes: number;
  readonly restBytes: number;
  readonly #kernel: Kernel;
  readonly #parts: number[] = [];
  #count = 0;

  constructor(kernel: Kernel, dimensions: number) {
    const bytes = codeBytes(dimensions);
    this.headBytes = Math.min(HEAD_BYTES_MAX, bytes);
    this.restBytes = bytes - this.headBytes;
    this.#kernel = kernel;
  }

  /** Number of codes. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of the codes without their factors. */
  get codeBytes(): number {
    return this.#count * (this.headBytes + this.restBytes);
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
    return this.#parts.map((start, index) => {
      const rest = start + PART_POSITIONS * this.headBytes;
      const offsets = rest + PART_POSITIONS * this.restBytes;
      const first = index * PART_POSITIONS;
      return {
        first,
        count: Math.min(PART_POSITIONS, this.#count - first),
        head: start,
        rest,
        offsets,
        slopes: offsets + PART_POSITIONS * FACTOR_BYTES,
      };
    });
  }

  #addPart(): void {
    const bytes = this.headBytes + this.restBytes + 2 * FACTOR_BYTES;
    this.#parts.push(this.#kernel.allocate(PART_POSITIONS * bytes));
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
    const { headBytes, restBytes } = this;
    const bytes = headBytes + restBytes;
    const head = new Uint8Array(buffer, part.head, PART_POSITIONS * headBytes);
    const rest = new Uint8Array(buffer, part.rest, PART_POSITIONS * restBytes);
    for (let index = 0; index < added; index++) {
      const code = (from + index) * bytes;
      const place = interleaved(within + index);
      const block = Math.floor((within + index) / BLOCK) * BLOCK;
      for (let at = 0; at < headBytes; at++) {
        head[block * headBytes + at * BLOCK + place] = bits[code + at] ?? 0;
      }
      for (let at = 0; at < restBytes; at++) {
        rest[block * restBytes + at * BLOCK + place] = bits[code + headBytes + at] ?? 0;
      }
    }
  }
}

/** Returns the place of a position among the 32 bytes of its block: see codes.as.ts. */
function interleaved(position: number): number {
  const half = position & 16;
  const lane = position & 15;
  return half + (lane < 8 ? 2 * lane : 2 * (lane - 8) + 1);
}
