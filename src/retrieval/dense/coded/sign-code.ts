import { inverseNorm } from "../../quantize.ts";
import { Kernel } from "../kernel/kernel.ts";
import { codeBytes, type DenseCodes, NEVER_SIMILAR } from "./codes.ts";
import { Rotation } from "./rotation.ts";

/**
 * Makes codes of int8 rows. v is a row, scaled to length 1 and rotated; its code is the signs of r = v − μ, where μ is
 * the shard's rotated mean. D is the number of dimensions of the code. With the factors A = ⟨v, μ⟩ − ‖μ‖² and B = √D ·
 * ‖r‖² / Σ|r|, the cosine of v and a rotated question q of length 1 is estimated, without bias, by ⟨q, μ⟩ + A + B ·
 * ⟨sign(r), q − μ⟩ / √D.
 */
export class SignCoder {
  readonly #kernel: Kernel;
  readonly #dimensions: number;
  readonly #rotation: Rotation;
  readonly #mean: number;
  readonly #bits: number;
  readonly #factors: number;

  /** `mean` is the result of `measureMean`. A shard stores it and uses it for all of its codes. */
  constructor(module: WebAssembly.Module, dimensions: number, mean: Float32Array) {
    const kernel = new Kernel(module);
    this.#kernel = kernel;
    this.#dimensions = dimensions;
    this.#rotation = new Rotation(kernel, dimensions);
    const { width } = this.#rotation;
    if (mean.length !== width) {
      throw new RangeError(`A mean of ${dimensions} dimensions has ${width}, not ${mean.length}.`);
    }
    this.#mean = kernel.allocate(mean.byteLength);
    this.#bits = kernel.allocate(width / 8);
    this.#factors = kernel.allocate(2 * Int16Array.BYTES_PER_ELEMENT);
    new Float32Array(kernel.buffer, this.#mean, width).set(mean);
  }

  /** Computes the mean of int8 rows, each scaled to length 1, and rotates it. Rows of zeros do not count. */
  static measureMean(
    module: WebAssembly.Module,
    dimensions: number,
    rows: Int8Array,
  ): Float32Array {
    const sums = new Float64Array(dimensions);
    let count = 0;
    for (let start = 0; start < rows.length; start += dimensions) {
      const row = rows.subarray(start, start + dimensions);
      const scale = inverseNorm(row);
      if (scale > 0) count++;
      for (let at = 0; at < dimensions; at++) sums[at] = (sums[at] ?? 0) + (row[at] ?? 0) * scale;
    }
    const kernel = new Kernel(module);
    const rotation = new Rotation(kernel, dimensions);
    const mean = Float32Array.from(sums, (sum) => (count === 0 ? 0 : sum / count));
    const rotated = rotation.rotateVector(mean);
    return new Float32Array(kernel.buffer, rotated, rotation.width).slice();
  }

  /** Encodes int8 rows, which are one after the other. The same rows always give the same codes. */
  encode(rows: Int8Array): DenseCodes {
    const dimensions = this.#dimensions;
    const count = rows.length / dimensions;
    const bytes = codeBytes(dimensions);
    const offsets = new Int16Array(count);
    const slopes = new Int16Array(count);
    const bits = new Uint8Array(count * bytes);
    for (let index = 0; index < count; index++) {
      const row = rows.subarray(index * dimensions, (index + 1) * dimensions);
      const scale = inverseNorm(row);
      if (scale === 0) {
        offsets[index] = NEVER_SIMILAR;
        continue;
      }
      this.#encodeRow(row, scale);
      const { buffer } = this.#kernel;
      const [offset = 0, slope = 0] = new Int16Array(buffer, this.#factors, 2);
      offsets[index] = offset;
      slopes[index] = slope;
      bits.set(new Uint8Array(buffer, this.#bits, bytes), index * bytes);
    }
    return { count, offsets, slopes, bits };
  }

  #encodeRow(row: Int8Array, scale: number): void {
    const { call } = this.#kernel;
    const rotated = this.#rotation.rotateRow(row, scale);
    const { width } = this.#rotation;
    const slope = this.#factors + Int16Array.BYTES_PER_ELEMENT;
    call.encodeVector(rotated, width, this.#mean, this.#bits, this.#factors, slope);
  }
}
