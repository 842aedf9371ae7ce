import fc from "fast-check";
import { expect, it } from "vitest";

import type { DenseQuestion } from "../../../../src/retrieval/dense/dense-scan.ts";
import { ExactScan } from "../../../../src/retrieval/dense/exact-scan.ts";
import kernelModule from "../../../../src/retrieval/dense/kernel/kernel.wasm";
import { packRows } from "../../../../src/retrieval/dense/rows.ts";
import { quantize } from "../../../../src/retrieval/quantize.ts";
import { referenceScores } from "./reference.ts";

const value = fc.oneof(fc.constantFrom(0, 127, -127), fc.integer({ min: -127, max: 127 }));
const store = fc.integer({ min: 1, max: 70 }).chain((dimensions) =>
  fc.record({
    dimensions: fc.constant(dimensions),
    rows: fc.array(fc.array(value, { minLength: dimensions, maxLength: dimensions }), {
      maxLength: 40,
    }),
    question: fc.array(value, { minLength: dimensions, maxLength: dimensions }),
    callSize: fc.integer({ min: 1, max: 40 }),
  }),
);

const ask = (vector: Float32Array, count: number): DenseQuestion => ({
  vector,
  lexical: null,
  weights: { lexical: 0, dense: 1 },
  admitted: null,
  nearest: null,
  candidatesMax: 10,
  buffer: new Float64Array(count),
});

function fill(rows: readonly Int8Array[], dimensions: number, callSize: number): ExactScan {
  const scan = new ExactScan(kernelModule, dimensions);
  for (let from = 0; from < rows.length; from += callSize) {
    scan.append(packRows(rows.slice(from, from + callSize), dimensions));
  }
  return scan;
}

it("scores every row to the last bit, whatever the dimensions and the calls that append", () => {
  fc.assert(
    fc.property(store, ({ dimensions, rows, question, callSize }) => {
      const stored = rows.map((row) => Int8Array.from(row));
      const vector = Float32Array.from(question);
      const scan = fill(stored, dimensions, callSize);
      expect(scan.count).toBe(stored.length);
      const wanted = referenceScores(stored, vector);
      const isZero = vector.every((one) => one === 0);
      expect(scan.score(ask(vector, stored.length))).toEqual(
        isZero ? { kind: "none" } : { kind: "all", scores: wanted },
      );
    }),
  );
});

it("scores thousands of rows to the last bit, over many parts and the growth of its memory", () => {
  const dimensions = 384;
  const rows = Array.from({ length: 3_001 }, (_, row) =>
    Int8Array.from(
      { length: dimensions },
      (__, at) => ((row * 31 + at * 17 + row * at) % 255) - 127,
    ),
  );
  const scan = fill(rows, dimensions, 170);
  const vector = Float32Array.from({ length: dimensions }, (_, at) => Math.sin(at * at));
  expect(scan.score(ask(vector, rows.length))).toEqual({
    kind: "all",
    scores: referenceScores(rows, vector),
  });
  expect(scan.bytes).toBeGreaterThan(rows.length * dimensions);
  expect(scan.bytes).toBeLessThan(rows.length * dimensions * 1.2 + 100_000);
});

it("scores the admitted rows alone if they are at most a quarter, over parts, to the last bit", () => {
  const rows = Array.from({ length: 9_000 }, (_, row) =>
    Int8Array.from({ length: 70 }, (__, at) => ((row * 31 + at * 17 + row * at) % 255) - 127),
  );
  const scan = fill(rows, 70, 1_000);
  const vector = Float32Array.from({ length: 70 }, (_, at) => Math.cos(at * at));
  const wanted = referenceScores(rows, vector);
  const admit = (positions: readonly number[]) => {
    const admitted = new Uint32Array(Math.ceil(rows.length / 32));
    for (const at of positions) admitted[at >> 5] = (admitted[at >> 5] ?? 0) | (1 << (at & 31));
    return scan.score({ ...ask(vector, rows.length), admitted });
  };
  const quarter = Array.from({ length: 2_250 }, (_, at) => at * 4);
  for (const few of [[], [0, 31, 32, 4_095, 4_096, 8_192, 8_999], quarter]) {
    const scores = Float64Array.from(few, (at) => wanted[at] ?? -1);
    const positions = Uint32Array.from(few);
    expect(admit(few)).toEqual({ kind: "some", positions, scores, isCapped: false });
  }
  expect(admit([...quarter, 8_999])).toEqual({ kind: "all", scores: wanted });
});

const damaged = [
  ["of zeros", Float32Array.of(0, 0, 0)],
  ["with a value that is no number", Float32Array.of(1, NaN, 0)],
  ["with an infinite value", Float32Array.of(1, -Infinity, 0)],
  ["of fewer dimensions", Float32Array.of(1, 0)],
  ["of more dimensions", Float32Array.of(1, 0, 0, 0)],
  ["without dimensions", new Float32Array()],
] as const;

it.each(damaged)("finds a question vector %s similar to nothing", (_, vector) => {
  const scan = fill([Int8Array.of(127, 1, 5)], 3, 1);
  expect(scan.score(ask(vector, 1))).toEqual({ kind: "none" });
});

it.each(damaged)("stores a vector %s as a row that is similar to nothing", (_, vector) => {
  const good = Int8Array.of(127, 0, 5);
  const scan = fill([good, quantize(vector), good], 3, 3);
  const question = Float32Array.of(1, 0.5, 0.25);
  const [score = 0] = referenceScores([good], question);
  expect(score).toBeGreaterThan(0.8);
  expect(scan.score(ask(question, 3))).toEqual({
    kind: "all",
    scores: Float64Array.of(score, 0, score),
  });
});
