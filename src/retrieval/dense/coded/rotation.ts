import type { Kernel } from "../kernel/kernel.ts";
import { codeDimensions } from "./codes.ts";

const ROUNDS = 3;
const FLOAT = Float32Array.BYTES_PER_ELEMENT;
/** Seed of the rotation. It must never change, because stored codes depend on it. */
const SEED = 0x9e3779b9;

/**
 * Rotates vectors by a fixed random rotation, after which all dimensions have values of similar size, so that the sign
 * of each carries about as much information. Without it, codes of the sparse vectors of `hash-1` find 1 % of the true
 * neighbours. It has three rounds, each of random signs, a Hadamard transform of each block, and a random order.
 * Vectors are padded to `codeDimensions`; a block is the largest power of two that divides this number.
 */
export class Rotation {
  /** Number of dimensions of rotated vectors. */
  readonly width: number;
  readonly #dimensions: number;
  readonly #block: number;
  readonly #kernel: Kernel;
  readonly #signs: number;
  readonly #orders: number;
  readonly #row: number;
  readonly #vector: number;
  readonly #rotated: number;

  constructor(kernel: Kernel, dimensions: number) {
    const width = codeDimensions(dimensions);
    this.width = width;
    this.#dimensions = dimensions;
    this.#block = width & -width;
    this.#kernel = kernel;
    this.#signs = kernel.allocate(ROUNDS * width * FLOAT);
    this.#orders = kernel.allocate(ROUNDS * width * Uint16Array.BYTES_PER_ELEMENT);
    this.#row = kernel.allocate(dimensions);
    this.#vector = kernel.allocate(width * FLOAT);
    this.#rotated = kernel.allocate(width * FLOAT);
    this.#draw();
  }

  /** Rotates an int8 row times a scale. Returns the address of the result, which the next call overwrites. */
  rotateRow(row: Int8Array, scale: number): number {
    const { call, buffer } = this.#kernel;
    new Int8Array(buffer, this.#row, this.#dimensions).set(row);
    call.widenRow(this.#row, this.#dimensions, scale, this.width, this.#vector);
    return this.#rotate();
  }

  /** Rotates a vector. Returns the address of the result, which the next call overwrites. */
  rotateVector(vector: Float32Array): number {
    const unrotated = new Float32Array(this.#kernel.buffer, this.#vector, this.width);
    unrotated.fill(0);
    unrotated.set(vector);
    return this.#rotate();
  }

  #rotate(): number {
    const { call } = this.#kernel;
    call.rotate(this.#vector, this.width, this.#block, this.#signs, this.#orders, this.#rotated);
    return this.#rotated;
  }

  /** Draws the signs and the orders of the rounds. The signs include the factor 1 / √block of the transform. */
  #draw(): void {
    const draw = numbersBelow(SEED);
    const { width } = this;
    const { buffer } = this.#kernel;
    const factor = 1 / Math.sqrt(this.#block);
    for (let round = 0; round < ROUNDS; round++) {
      const signs = new Float32Array(buffer, this.#signs + round * width * FLOAT, width);
      for (let at = 0; at < width; at++) signs[at] = draw(2) === 0 ? factor : -factor;
      const order = new Uint16Array(buffer, this.#orders + round * width * 2, width);
      for (let at = 0; at < width; at++) {
        const other = draw(at + 1);
        order[at] = order[other] ?? 0;
        order[other] = at;
      }
    }
  }
}

/**
 * Returns a generator of pseudo-random whole numbers from 0 to below a bound (mulberry32). The same seed gives the same
 * numbers.
 */
function numbersBelow(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}
