import { expect, it } from "vitest";

import { type DenseCodes, FACTOR_UNIT } from "../../../../src/retrieval/dense/coded/codes.ts";
import { type Estimator, makeEstimator } from "../../../../src/retrieval/dense/coded/estimate.ts";
import { Rotation } from "../../../../src/retrieval/dense/coded/rotation.ts";
import { SignCoder } from "../../../../src/retrieval/dense/coded/sign-code.ts";
import { Kernel } from "../../../../src/retrieval/dense/kernel/kernel.ts";
import kernelModule from "../../../../src/retrieval/dense/kernel/kernel.wasm";
import { packRows } from "../../../../src/retrieval/dense/rows.ts";
import { inverseNorm, quantize } from "../../../../src/retrieval/quantize.ts";
import { drawMixture, drawTexts, embed, toRows } from "./vectors.ts";

/** Estimates the score of one code in plain loops, with the error that it is said to have at most. */
function estimate(
  { offsets, slopes, bits }: DenseCodes,
  index: number,
  { tables, base, step, shift, error }: Estimator,
) {
  const bytes = tables.length / 32;
  let sum = 0;
  for (let at = 0; at < bytes; at++) {
    const byte = bits[index * bytes + at] ?? 0;
    sum += (tables[at * 32 + (byte & 15)] ?? 0) + (tables[at * 32 + 16 + (byte >> 4)] ?? 0);
  }
  const slope = slopes[index] ?? 0;
  return {
    score: base + (offsets[index] ?? 0) * FACTOR_UNIT + slope * (sum * step + shift),
    error: slope * error,
  };
}

const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

function cosine(a: Int8Array, b: Int8Array): number {
  const product = a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
  return product * inverseNorm(a) * inverseNorm(b);
}

const mixture = { topics: 30, spread: 0.5, noise: 0.5, shared: 0.5 };
const texts = drawTexts(31, 20_000);
const manyTexts = (length: number) => () => embed([texts(length)])[0] ?? new Float32Array();
const cases = [
  ["384 dimensions", 384, drawMixture(5, { ...mixture, dimensions: 384 })],
  ["dimensions that are padded", 300, drawMixture(5, { ...mixture, dimensions: 300 })],
  ["so many that entries are coarser", 3_072, drawMixture(5, { ...mixture, dimensions: 3_072 })],
  ["hash-1", 512, manyTexts(40)],
] as const;

it.each(cases)(
  "estimates scores without bias and within its bound, of %s",
  (_, dimensions, draw) => {
    const rows = toRows(Array.from({ length: 400 }, draw));
    const packed = packRows(rows, dimensions);
    const mean = SignCoder.measureMean(kernelModule, dimensions, packed);
    const codes = new SignCoder(kernelModule, dimensions, mean).encode(packed);
    const kernel = new Kernel(kernelModule);
    const rotation = new Rotation(kernel, dimensions);
    const errors: number[] = [];
    for (let question = 0; question < 10; question++) {
      const row = quantize(draw());
      const address = rotation.rotateRow(row, inverseNorm(row));
      const rotated = new Float32Array(kernel.buffer, address, rotation.width);
      const estimator = makeEstimator(rotated, mean);
      for (const [index, stored] of rows.entries()) {
        const { score, error } = estimate(codes, index, estimator);
        errors.push((4 * (score - cosine(stored, row))) / error);
      }
    }
    const bias = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(Math.abs(bias)).toBeLessThan(0.1);
    expect(spread).toBeGreaterThan(0.8);
    expect(spread).toBeLessThan(1.1);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(4.5);
  },
);

it("rotates without changing lengths and angles", () => {
  const draw = drawMixture(5, { ...mixture, dimensions: 320 });
  const kernel = new Kernel(kernelModule);
  const rotation = new Rotation(kernel, 320);
  expect(rotation.width).toBe(320);
  const turn = (vector: Float32Array) =>
    new Float32Array(kernel.buffer, rotation.rotateVector(vector), 320).slice();
  const [a, b] = [draw(), draw()];
  expect(dot(turn(a), turn(a)) / dot(a, a)).toBeCloseTo(1, 4);
  expect(dot(turn(a), turn(b)) / dot(a, b)).toBeCloseTo(1, 3);
  const single = new Float32Array(320).fill(1, 7, 8);
  expect(Math.max(...turn(single).map(Math.abs))).toBeLessThan(0.35);
});
