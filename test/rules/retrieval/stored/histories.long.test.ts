import fc from "fast-check";
import { expect, it } from "vitest";

import kernel from "../../../../src/retrieval/dense/kernel/kernel.wasm";
import { drawHistories, type Met, runHistory } from "./histories.ts";

/** So many meet all that they must, and find faults within 155 of them; `npm run fuzz:search` has 10,000 longer ones. */
const RUNS = Number(process.env["HISTORIES"] ?? 500);

it(
  "a shard with storage answers as the oracle does, to the last bit, whatever happened to it",
  { timeout: 300_000 },
  () => {
    const met: Met = new Map();
    fc.assert(
      fc.property(drawHistories(10), (history) => runHistory(kernel, history, met)),
      { numRuns: RUNS },
    );
    // The histories are no test of what they never meet.
    expect([...met].filter(([, count]) => count < 10)).toEqual([]);
  },
);
