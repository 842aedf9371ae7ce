import { describe, expect, it } from "vitest";

import type { DenseQuestion } from "../../../../src/retrieval/dense/dense-scan.ts";
import { ExactScan } from "../../../../src/retrieval/dense/exact-scan.ts";
import { IndexedScan } from "../../../../src/retrieval/dense/indexed-scan.ts";
import kernel from "../../../../src/retrieval/dense/kernel/kernel.wasm";
import { packRows } from "../../../../src/retrieval/dense/rows.ts";
import { askFor, rank } from "./coded-store.ts";
import { drawMixture, seeded, toRows } from "./vectors.ts";

const DIMENSIONS = 64;
const COUNT = 3_000;
const draw = drawMixture(5, {
  dimensions: DIMENSIONS,
  topics: 40,
  spread: 0.5,
  noise: 0.5,
  shared: 0.3,
});
const rows = toRows(Array.from({ length: COUNT }, draw));
const exact = new ExactScan(kernel, DIMENSIONS);
exact.append(packRows(rows, DIMENSIONS));

/** A scan whose overlay has the positions from `overlaid` on, and the number of rows that it reads. */
function openScan(overlaid: number) {
  const reads = { rows: 0 };
  const scan = new IndexedScan(kernel, DIMENSIONS, { count: COUNT }, (positions) => {
    reads.rows += positions.length;
    return packRows(
      Array.from(positions, (position) => rows[position] ?? new Int8Array()),
      DIMENSIONS,
    );
  });
  scan.overlay(overlaid, packRows(rows.slice(overlaid), DIMENSIONS));
  return { scan, reads };
}

/** The 100 nearest of the positions below `until`, with a little error in the last score, as an index finds them. */
function nearestBelow(question: DenseQuestion, until: number) {
  const scores = exact.score(question);
  const all = scores.kind === "all" ? [...scores.scores.subarray(0, until).entries()] : [];
  const best = all.toSorted(([, a], [, b]) => b - a).slice(0, 100);
  return {
    positions: best.map(([position]) => position),
    floor: (best.at(-1)?.[1] ?? 0) - 0.01,
  };
}

const words = (chance: number, seed: number) => {
  const random = seeded(seed);
  return Float64Array.from({ length: COUNT }, () => (random() < chance ? random() : 0));
};

describe("the indexed tier", () => {
  it.each([
    ["by vector alone", null, 1],
    ["by vector and a rare word", words(0.01, 3), 0.5],
    ["by vector and a common word", words(0.3, 4), 0.5],
    ["nearly by words", words(0.05, 5), 0.1],
  ])("returns the very best of the exact tier: %s", (_name, lexical, dense) => {
    const overlaid = 2_600;
    const { scan, reads } = openScan(overlaid);
    for (let at = 0; at < 30; at++) {
      const weights = { lexical: 1 - dense, dense };
      const ask = askFor(draw(), COUNT, { lexical, weights, candidatesMax: 10 });
      const wanted = rank(exact.score(ask), ask);
      const nearest = nearestBelow(ask, overlaid);
      expect(rank(scan.score({ ...ask, nearest }), ask)).toEqual(wanted);
    }
    expect(reads.rows / 30).toBeLessThan(500);
  });

  it("returns nothing that is not admitted", () => {
    const { scan } = openScan(2_600);
    const admitted = new Uint32Array(Math.ceil(COUNT / 32)).fill(0x55555555);
    const ask = askFor(draw(), COUNT, { admitted });
    const found = scan.score({ ...ask, nearest: nearestBelow(ask, 2_600) });
    if (found.kind !== "some") throw new Error("The tier returns some positions");
    expect(found.positions.length).toBeGreaterThan(10);
    expect([...found.positions].filter((position) => position % 2 === 1)).toEqual([]);
  });

  it("is similar to nothing for a question of zeros or of another length", () => {
    const { scan } = openScan(2_600);
    const ask = askFor(new Float32Array(DIMENSIONS), COUNT);
    expect(scan.score(ask)).toEqual({ kind: "none" });
    expect(scan.score({ ...ask, vector: new Float32Array(8).fill(1) })).toEqual({ kind: "none" });
  });
});
