import { expect, it } from "vitest";

import type { CodedScan } from "../../../../src/retrieval/dense/coded/coded-scan.ts";
import { askFor, bothTiers, rank } from "./coded-store.ts";
import { drawMixture, toRows } from "./vectors.ts";

/** Runs the self-check to its end, and counts its slices. */
function runCheck(coded: CodedScan) {
  const slices = coded.checkHeads();
  let count = 0;
  for (let slice = slices.next(); ; slice = slices.next()) {
    if (slice.done) return { outcome: slice.value, count };
    count++;
  }
}

const CLEAR = { dimensions: 256, topics: 50, spread: 0.2, noise: 0.3, shared: 0.3 };

it("scans the heads of codes first, once the self-check has passed, and finds the same", () => {
  const draw = drawMixture(41, CLEAR);
  const rows = toRows(Array.from({ length: 40_000 }, draw));
  const { coded, exact } = bothTiers(rows, 256, { headsFromBytes: 0 });
  expect(coded.headsCheck).toBe("unchecked");
  expect(runCheck(coded)).toEqual({ outcome: "passed", count: 32 });
  expect(coded.headsCheck).toBe("passed");
  let found = 0;
  for (let index = 0; index < 20; index++) {
    const question = askFor(draw(), rows.length);
    const seen = new Set(rank(coded.score(question), question).map(({ position }) => position));
    const best = rank(exact.score(question), question);
    found += best.filter(({ position }) => seen.has(position)).length;
  }
  expect(found).toBeGreaterThanOrEqual(198);
});

it("scans whole codes where the check fails, since vectors have no near neighbours", () => {
  const draw = drawMixture(43, { ...CLEAR, topics: 1, spread: 0, noise: 1 });
  const rows = toRows(Array.from({ length: 40_000 }, draw));
  const { coded, exact } = bothTiers(rows, 256, { headsFromBytes: 0 });
  expect(runCheck(coded).outcome).toBe("failed");
  const [first = new Int8Array()] = rows;
  const question = askFor(Float32Array.from(first), rows.length);
  expect(rank(coded.score(question), question)[0]).toEqual(
    rank(exact.score(question), question)[0],
  );
});

it("scans whole codes where a filter or the sample leaves too many survivors", () => {
  const draw = drawMixture(41, CLEAR);
  const [one, other] = [draw(), draw()];
  // The sample takes every ninth block or so: here these hold one vector, and all others another one.
  const rows = toRows(
    Array.from({ length: 40_000 }, (_, at) => (Math.floor(at / 32) % 9 === 0 ? other : one)),
  );
  const { coded } = bothTiers(rows, 256, { heads: "passed", headsFromBytes: 0 });
  const question = askFor(one, rows.length);
  expect(rank(coded.score(question), question)).toEqual(
    Array.from({ length: 10 }, () => ({
      position: expect.any(Number),
      score: expect.closeTo(1, 6),
    })),
  );
});
