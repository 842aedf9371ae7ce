import { afterEach, beforeAll, expect, it, vi } from "vitest";

import { CutScan } from "../../../../src/retrieval/dense/coded/cut-scan.ts";
import { askFor, bothTiers, rank } from "./coded-store.ts";
import { drawMixture, toRows } from "./vectors.ts";

const COUNT = 40_000;
const CLEAR = { dimensions: 256, topics: 50, spread: 0.2, noise: 0.3, shared: 0.3 };

/** Counts the questions for which a cut was enough to begin with, and those that bounded all positions after it. */
function watchCuts() {
  const seen = { cut: 0, all: 0 };
  // oxlint-disable-next-line typescript/unbound-method -- It is called with its own object below.
  const { bound } = CutScan.prototype;
  vi.spyOn(CutScan.prototype, "bound").mockImplementation(function (this: CutScan, ...given) {
    const [question, estimator, boundAll] = given;
    const bounds = bound.call(this, question, estimator, () => {
      seen.all++;
      return boundAll();
    });
    if (bounds) seen.cut++;
    return bounds;
  });
  return seen;
}

afterEach(() => vi.restoreAllMocks());

/** A store of clear topics and questions to it, made once, since to draw it takes longer than to ask. */
let clear: ReturnType<typeof bothTiers> & { readonly questions: readonly Float32Array[] };
beforeAll(() => {
  const draw = drawMixture(41, CLEAR);
  const rows = toRows(Array.from({ length: COUNT }, draw));
  clear = {
    ...bothTiers(rows, CLEAR.dimensions),
    questions: Array.from({ length: 20 }, draw),
  };
});

it.each([1, 0.4])("finds by a cut what the exact tier finds, of the share %d", (share) => {
  const { coded, exact, questions } = clear;
  const admitted = new Uint32Array(COUNT / 32);
  for (let position = 0; position < COUNT * share; position++) {
    admitted[position >> 5] = (admitted[position >> 5] ?? 0) | (1 << (position & 31));
  }
  const seen = watchCuts();
  for (const vector of questions) {
    const question = askFor(vector, COUNT, { admitted });
    expect(rank(coded.score(question), question)).toEqual(rank(exact.score(question), question));
  }
  expect(seen).toEqual({ cut: 20, all: 0 });
});

it("bounds all positions where the best are no better than the rest", () => {
  const draw = drawMixture(43, { ...CLEAR, topics: 1, spread: 0, noise: 1 });
  const { coded, exact } = bothTiers(toRows(Array.from({ length: COUNT }, draw)), 256);
  const seen = watchCuts();
  let found = 0;
  for (let index = 0; index < 5; index++) {
    const question = askFor(draw(), COUNT, { candidatesMax: 100 });
    const best = new Set(rank(exact.score(question), question).map(({ position }) => position));
    const read = rank(coded.score(question), question);
    found += read.filter(({ position }) => best.has(position)).length;
  }
  expect(seen).toEqual({ cut: 5, all: 5 });
  expect(found).toBeGreaterThan(300);
});

it("bounds all positions where the sample lets too many through", () => {
  const draw = drawMixture(41, CLEAR);
  const [one, other] = [draw(), draw()];
  // The sample takes every ninth block or so: here these hold one vector, and all others another one.
  const rows = toRows(
    Array.from({ length: COUNT }, (_, at) => (Math.floor(at / 32) % 9 === 0 ? other : one)),
  );
  const { coded } = bothTiers(rows, 256);
  const seen = watchCuts();
  const question = askFor(one, COUNT);
  expect(rank(coded.score(question), question)).toEqual(
    Array.from({ length: 10 }, () => ({
      position: expect.any(Number),
      score: expect.closeTo(1, 6),
    })),
  );
  expect(seen.cut).toBe(0);
});
