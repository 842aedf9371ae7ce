import { inverseNorm, quantize } from "../quantize.ts";
import type { DenseQuestion, DenseScan, DenseScores } from "./dense-scan.ts";

/**
 * Scans int8 rows in plain JavaScript. Only the dimensions in which the question is not zero are multiplied: a question
 * of ten words has a value in about 100 of the 512 dimensions of `hash-1`.
 */
export class PlainScan implements DenseScan {
  readonly tier = "exact";
  readonly dimensions: number;
  count = 0;
  #rows: Int8Array;
  #inverseNorms: Float32Array;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#rows = new Int8Array(64 * dimensions);
    this.#inverseNorms = new Float32Array(64);
  }

  get bytes(): number {
    return this.#rows.byteLength + this.#inverseNorms.byteLength;
  }

  /** Appends int8 rows, one after the other, at the next positions. */
  append(rows: Int8Array): void {
    const { dimensions } = this;
    const added = rows.length / dimensions;
    this.#grow(this.count + added);
    this.#rows.set(rows, this.count * dimensions);
    for (let row = 0; row < added; row++) {
      const start = row * dimensions;
      this.#inverseNorms[this.count++] = inverseNorm(rows.subarray(start, start + dimensions));
    }
  }

  score({ vector, buffer }: DenseQuestion): DenseScores {
    const { dimensions } = this;
    const target = quantize(vector);
    const scale = inverseNorm(target);
    if (scale === 0 || target.length !== dimensions) return { kind: "none" };
    const used = Uint32Array.from([...target.keys()].filter((index) => target[index] !== 0));
    const values = Int8Array.from(used, (index) => target[index] ?? 0);
    for (let row = 0, offset = 0; row < this.count; row++, offset += dimensions) {
      let product = 0;
      for (let index = 0; index < used.length; index++) {
        product += (this.#rows[offset + (used[index] ?? 0)] ?? 0) * (values[index] ?? 0);
      }
      buffer[row] = Math.max(0, product * scale * (this.#inverseNorms[row] ?? 0));
    }
    return { kind: "all", scores: buffer };
  }

  #grow(needed: number): void {
    if (needed <= this.#inverseNorms.length) return;
    const capacity = Math.max(needed, Math.ceil(this.#inverseNorms.length * 1.5));
    const rows = new Int8Array(capacity * this.dimensions);
    rows.set(this.#rows);
    this.#rows = rows;
    const inverseNorms = new Float32Array(capacity);
    inverseNorms.set(this.#inverseNorms);
    this.#inverseNorms = inverseNorms;
  }
}
