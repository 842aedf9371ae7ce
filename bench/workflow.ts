/**
 * `npm run bench:workflow`: our step kernel against Cloudflare Workflows, in one workerd, with the same work and
 * the same way of noticing the end (told in bench/workflow/worker/main.ts). It prints figures and judges none.
 */
import { parseArgs } from "node:util";

import { table } from "../scripts/terminal/table.ts";
import { conditions } from "./conditions.ts";
import { type Case, CASES } from "./workflow/cases.ts";
import { CONCURRENCY, type Figures, measureCase } from "./workflow/measure.ts";
import { type Engine, startRuntime } from "./workflow/runtime.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    /** Only the cases whose names hold this. */
    only: { type: "string", default: "" },
  },
});

console.log(conditions(["miniflare", "workerd"], `fresh state, ${values.rounds} rounds in turn`));
const runtime = await startRuntime();
try {
  const rows = [
    [
      "case",
      "engine",
      `runs/s (${CONCURRENCY} at a time)`,
      "p50 alone",
      "p95 alone",
      "ratio",
      "aim",
    ],
  ];
  for (const measured of CASES.filter(({ name }) => name.includes(values.only))) {
    const figures = await measureCase(runtime, measured, Number(values.rounds));
    rows.push(...rowsOf(measured, figures));
  }
  console.log(`\n${table(rows)}`);
  console.log(
    "\nratio: our runs a second over theirs. Cloudflare Workflows allows 10,000 steps by default, 25,000 at most.",
  );
} finally {
  await runtime.dispose();
}
process.exit();

function rowsOf({ name, ratioMin }: Case, { kernel, workflows }: Record<Engine, Figures>) {
  const ratio = `${(kernel.runsPerSecond / workflows.runsPerSecond).toFixed(1)} ×`;
  const aim = ratioMin === null ? "" : `≥ ${ratioMin} ×`;
  return [
    [name, "kernel", ...cellsOf(kernel), ratio, aim],
    ["", "Workflows", ...cellsOf(workflows)],
  ];
}

function cellsOf({ runsPerSecond, p50, p95 }: Figures): readonly string[] {
  return [runsPerSecond.toFixed(1), `${p50.toFixed(1)} ms`, `${p95.toFixed(1)} ms`];
}
