import type { Kernel } from "./kernel/kernel.ts";
import type { QuestionRow } from "./question-row.ts";

/** Number of dimensions that the kernel reads at once. Rows are padded with zeros to a multiple of it. */
const LANES = 64;

/**
 * Up to `capacity` int8 rows in the kernel's memory, with their inverse norms. The memory grows only as rows are
 * written.
 */
export class RowPart {
  readonly #kernel: Kernel;
  readonly #dimensions: number;
  readonly #stride: number;
  readonly #rows: number;
  readonly #inverseNorms: number;

  constructor(kernel: Kernel, dimensions: number, capacity: number) {
    this.#kernel = kernel;
    this.#dimensions = dimensions;
    this.#stride = strideOf(dimensions);
    this.#inverseNorms = kernel.allocate(capacity * Float32Array.BYTES_PER_ELEMENT);
    this.#rows = kernel.reserve(capacity * this.#stride);
  }

  /** Writes rows, which are one after the other, to the indexes from `first` on. */
  put(first: number, rows: Int8Array): void {
    const dimensions = this.#dimensions;
    const stride = this.#stride;
    const count = rows.length / dimensions;
    const start = this.#rows + first * stride;
    this.#kernel.cover(start + count * stride);
    const memory = new Int8Array(this.#kernel.buffer, start, count * stride);
    if (stride === dimensions) memory.set(rows);
    else {
      for (let row = 0; row < count; row++) {
        memory.set(rows.subarray(row * dimensions, (row + 1) * dimensions), row * stride);
      }
    }
    const norms = this.#inverseNorms + first * Float32Array.BYTES_PER_ELEMENT;
    this.#kernel.call.measureRows(start, stride, count, norms);
  }

  /**
   * Scores `count` rows from index `first` on for the question in `room`. The result is valid until the next call with
   * this `room`.
   */
  score(first: number, count: number, room: ScoringRoom): Float64Array {
    this.#kernel.call.scoreRows(
      this.#rows + first * this.#stride,
      this.#stride,
      count,
      this.#inverseNorms + first * Float32Array.BYTES_PER_ELEMENT,
      room.target,
      room.inverseNorm,
      room.scores,
    );
    return new Float64Array(this.#kernel.buffer, room.scores, count);
  }
}

/** Space in the kernel's memory for one question vector and for the scores of `capacity` rows. */
export class ScoringRoom {
  readonly target: number;
  readonly scores: number;
  inverseNorm = 0;
  readonly #kernel: Kernel;
  readonly #stride: number;

  constructor(kernel: Kernel, dimensions: number, capacity: number) {
    this.#kernel = kernel;
    this.#stride = strideOf(dimensions);
    this.target = kernel.allocate(this.#stride * Int16Array.BYTES_PER_ELEMENT);
    this.scores = kernel.allocate(capacity * Float64Array.BYTES_PER_ELEMENT);
  }

  /** Sets the question for the following calls of `RowPart.score`. */
  ask({ row, inverseNorm }: QuestionRow): void {
    new Int16Array(this.#kernel.buffer, this.target, this.#stride).set(row);
    this.inverseNorm = inverseNorm;
  }
}

const strideOf = (dimensions: number) => Math.ceil(dimensions / LANES) * LANES;
