import type { Kernel } from "./kernel/kernel.ts";
import type { QuestionRow } from "./question-row.ts";

/** The kernel reads 64 dimensions at once; rows are padded with zeros. */
const LANES = 64;

/** Int8 rows in the kernel's memory, with room for `capacity` of them, and their inverse norms. Rows that are not put yet take no memory. */
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

  /** Puts rows, one after the other, at the index `first` and those after it. */
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

  /** Scores `count` rows, from `first` on, for the question in `room`. The result is valid until the next call. */
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

/** The kernel's memory for one question: its vector, and room for the scores of a part. */
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

  /** Puts the question that is scored from now on. */
  ask({ row, inverseNorm }: QuestionRow): void {
    new Int16Array(this.#kernel.buffer, this.target, this.#stride).set(row);
    this.inverseNorm = inverseNorm;
  }
}

const strideOf = (dimensions: number) => Math.ceil(dimensions / LANES) * LANES;
