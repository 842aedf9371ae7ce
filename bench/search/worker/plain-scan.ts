import type { DenseQuestion, DenseScores } from "../../../src/retrieval/dense/dense-scan.ts";
import { inverseNorm, quantize } from "../../../src/retrieval/quantize.ts";

/** The scan before there was a kernel: plain loops over the dimensions in which the question is not zero. */
export class PlainScan {
  readonly #dimensions: number;
  readonly #pieces: Int8Array[] = [];
  readonly #norms: number[] = [];

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
  }

  get bytes(): number {
    return this.#norms.length * (this.#dimensions + Float32Array.BYTES_PER_ELEMENT);
  }

  append(rows: Int8Array): void {
    this.#pieces.push(rows);
    for (let at = 0; at < rows.length; at += this.#dimensions) {
      this.#norms.push(Math.fround(inverseNorm(rows.subarray(at, at + this.#dimensions))));
    }
  }

  score({ vector, buffer }: DenseQuestion): DenseScores {
    const target = quantize(vector);
    const scale = inverseNorm(target);
    const used = Uint32Array.from([...target.keys()].filter((index) => target[index] !== 0));
    const values = Int8Array.from(used, (index) => target[index] ?? 0);
    let position = 0;
    for (const rows of this.#pieces) {
      for (let at = 0; at < rows.length; at += this.#dimensions) {
        let product = 0;
        for (let index = 0; index < used.length; index++) {
          product += (rows[at + (used[index] ?? 0)] ?? 0) * (values[index] ?? 0);
        }
        buffer[position] = Math.max(0, product * scale * (this.#norms[position] ?? 0));
        position++;
      }
    }
    return { kind: "all", scores: buffer };
  }
}
