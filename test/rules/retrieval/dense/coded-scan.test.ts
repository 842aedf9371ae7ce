import fc from "fast-check";
import { expect, it } from "vitest";

import { CodedScan } from "../../../../src/retrieval/dense/coded/coded-scan.ts";
import { packCodes, unpackCodes } from "../../../../src/retrieval/dense/coded/codes.ts";
import { SignCoder } from "../../../../src/retrieval/dense/coded/sign-code.ts";
import type { DenseScores } from "../../../../src/retrieval/dense/dense-scan.ts";
import kernelModule from "../../../../src/retrieval/dense/kernel/kernel.wasm";
import { packRows } from "../../../../src/retrieval/dense/rows.ts";
import { askFor, bothTiers, rank } from "./coded-store.ts";
import { drawMixture, seeded, toRows } from "./vectors.ts";

const MIXTURE = { topics: 30, spread: 0.5, noise: 0.5, shared: 0.5 };

/** Admitted bits in which each position is set with this chance. */
function admitSome(count: number, chance: number, seed: number): Uint32Array {
  const random = seeded(seed);
  const admitted = new Uint32Array(Math.ceil(count / 32));
  for (let position = 0; position < count; position++) {
    if (random() < chance)
      admitted[position >> 5] = (admitted[position >> 5] ?? 0) | (1 << (position & 31));
  }
  return admitted;
}

function asRead(scores: DenseScores): { positions: Uint32Array; scores: Float64Array } {
  if (scores.kind !== "some")
    throw new Error("The coded tier returns the scores of some positions.");
  return scores;
}

it("ranks as the exact tier, with words and filters, across blocks and parts", () => {
  const draw = drawMixture(3, { ...MIXTURE, dimensions: 200 });
  const rows = toRows(Array.from({ length: 8_301 }, draw));
  const { coded, exact } = bothTiers(rows, 200);
  const random = seeded(5);
  const words = Float64Array.from(rows, () => Math.max(0, random() - 0.7));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom(0, 0.1, 0.5, 0.9, 1),
      fc.constantFrom(null, 0.001, 0.05, 0.5, 0.99, 0),
      fc.integer(),
      fc.boolean(),
      (candidatesMax, dense, chance, seed, hasWords) => {
        const vector = draw();
        const question = askFor(vector, rows.length, {
          candidatesMax,
          weights: { lexical: 1 - dense, dense },
          lexical: hasWords ? words : null,
          admitted: chance === null ? null : admitSome(rows.length, chance, seed),
        });
        const scores = coded.score(question);
        exact.score({ ...question, admitted: null });
        const wanted = question.buffer;
        const { positions, scores: read } = asRead(scores);
        expect(read).toEqual(Float64Array.from(positions, (position) => wanted[position] ?? -1));
        expect(positions).toEqual(Uint32Array.from(new Set(positions)).toSorted());
        expect(rank(scores, question)).toEqual(rank(exact.score(question), question));
      },
    ),
    { numRuns: 60, seed: 7 },
  );
});

it("reads all that a filter admits, if these are few", () => {
  const draw = drawMixture(3, { ...MIXTURE, dimensions: 64 });
  const rows = toRows(Array.from({ length: 5_000 }, draw));
  const { coded } = bothTiers(rows, 64);
  const admitted = admitSome(rows.length, 0.04, 11);
  const scores = coded.score(askFor(draw(), rows.length, { admitted, candidatesMax: 1 }));
  const listed = [...rows.keys()].filter((at) => (admitted[at >> 5] ?? 0) & (1 << (at & 31)));
  expect(listed.length).toBeGreaterThan(150);
  expect(scores).toMatchObject({ kind: "some", positions: Uint32Array.from(listed) });
});

it("says so when more chunks come into question than it may read", () => {
  const draw = drawMixture(3, { ...MIXTURE, dimensions: 64 });
  const copy = draw();
  const rows = toRows(Array.from({ length: 3_000 }, (_, index) => (index % 2 ? copy : draw())));
  const { coded, reads } = bothTiers(rows, 64);
  const question = askFor(copy, rows.length);
  expect(coded.score(question)).toMatchObject({ kind: "some", isCapped: true });
  expect(reads.rows).toBeGreaterThan(1_000);
  expect(reads.rows).toBeLessThan(1_100);
  expect(rank(coded.score(question), question).map(({ score }) => score)).toEqual(
    Array.from({ length: 10 }, () => expect.closeTo(1, 6)),
  );
});

it("stores codes as blobs and reads them back", () => {
  const draw = drawMixture(3, { ...MIXTURE, dimensions: 100 });
  const rows = packRows(toRows(Array.from({ length: 40 }, draw)), 100);
  const mean = SignCoder.measureMean(kernelModule, 100, rows);
  const codes = new SignCoder(kernelModule, 100, mean).encode(rows);
  const blob = packCodes(codes);
  expect(blob).toHaveLength(40 * (4 + 16));
  expect(unpackCodes(blob, 100)).toEqual(codes);
  expect(() => unpackCodes(blob.subarray(1), 100)).toThrow(
    "A blob of 799 bytes holds no whole number of codes of 100 dimensions.",
  );
});

it("refuses rows of damaged storage, and a mean of another number of dimensions", () => {
  const draw = drawMixture(3, { ...MIXTURE, dimensions: 64 });
  const rows = packRows(toRows(Array.from({ length: 300 }, draw)), 64);
  const mean = SignCoder.measureMean(kernelModule, 64, rows);
  const scan = new CodedScan(kernelModule, 64, mean, () => rows.subarray(1));
  scan.append(new SignCoder(kernelModule, 64, mean).encode(rows));
  expect(() => scan.score(askFor(draw(), 300))).toThrow(
    "Storage has 19199 bytes for 48 rows of 64",
  );
  expect(() => new SignCoder(kernelModule, 128, mean)).toThrow(
    "A mean of 128 dimensions has 128, not 64.",
  );
});

it.each([
  ["of zeros", new Float32Array(64)],
  ["with a value that is no number", new Float32Array(64).fill(NaN, 3, 4)],
  ["with an infinite value", new Float32Array(64).fill(Infinity, 3, 4)],
  ["of another number of dimensions", new Float32Array(65).fill(1)],
])("finds a vector %s similar to nothing, as a question and stored", (_, vector) => {
  const draw = drawMixture(3, { ...MIXTURE, dimensions: 64 });
  const rows = toRows(Array.from({ length: 1_000 }, (__, index) => (index % 3 ? draw() : vector)));
  const { coded } = bothTiers(rows, 64);
  expect(coded.score(askFor(vector, rows.length))).toEqual({ kind: "none" });
  const question = askFor(draw(), rows.length);
  const scores = coded.score(question);
  expect(rank(scores, question)).toHaveLength(10);
  expect(asRead(scores).positions.filter((position) => position % 3 === 0)).toHaveLength(0);
});
