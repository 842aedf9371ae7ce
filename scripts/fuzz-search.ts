/**
 * `npm run fuzz:search`: random histories of search shards with storage, in Node. After each step, the statistics and
 * answers of the shards are those of an exhaustive search over the files that are there, to the last bit.
 */
import fc from "fast-check";

import { drawHistories, type Met, runHistory } from "../test/rules/retrieval/stored/histories.ts";
import { readKernel } from "./kernel/read-kernel.ts";
import { readCommandLine } from "./local/command-line.ts";
import { readNumber } from "./local/flags.ts";
import { FUZZ_SEARCH } from "./local/test-commands.ts";
import { table } from "./terminal/table.ts";

const STEPS_MAX = 40;

const { count, seed } = readCommandLine(FUZZ_SEARCH, (given) => ({
  count: readNumber(given, "runs", [1, 10_000_000]) ?? (given.values.has("short") ? 1_000 : 10_000),
  seed:
    readNumber(given, "seed", [0, 2 ** 31 - 1]) ?? crypto.getRandomValues(new Uint16Array(1))[0],
}));
const kernel = readKernel();
const met: Met = new Map();
let run = 0;
const startedAt = performance.now();
const property = fc.property(drawHistories(STEPS_MAX), (history) => {
  runHistory(kernel, history, met);
  if (process.stderr.isTTY) process.stderr.write(`\r${++run} of ${count}`);
});
const { failed, counterexample, errorInstance, numRuns } = fc.check(property, {
  numRuns: count,
  ...(seed === undefined ? {} : { seed }),
});
console.log(
  table([
    ["what was met after a step", "times"],
    ...[...met].map(([what, times]) => [what, String(times)]),
  ]),
);
const seconds = (performance.now() - startedAt) / 1_000;
console.log(
  `${numRuns} histories of up to ${STEPS_MAX} steps in ${seconds.toFixed(0)} s, seed ${seed}.`,
);
if (failed) {
  console.log("The smallest history with another answer than the exhaustive search:");
  console.log(fc.stringify(counterexample));
  console.log(errorInstance);
}
process.exit(failed ? 1 : 0);
