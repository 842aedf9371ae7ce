import { BENCH_WORKFLOW } from "../scripts/local/bench-commands.ts";
/**
 * `npm run bench:workflow`: compares the step kernel with Cloudflare Workflows, in one workerd, with the same work and
 * the same detection of the end (see bench/workflow/worker/main.ts). Prints figures without a verdict.
 */
import { readCommandLine } from "../scripts/local/command-line.ts";
import { readNumber } from "../scripts/local/flags.ts";
import { table } from "../scripts/terminal/table.ts";
import { conditions } from "./conditions.ts";
import { type Case, CASES } from "./workflow/cases.ts";
import { CONCURRENCY, type Figures, measureCase } from "./workflow/measure.ts";
import { type Engine, startRuntime } from "./workflow/runtime.ts";

const { rounds, only } = readCommandLine(BENCH_WORKFLOW, (given) => ({
  rounds: readNumber(given, "rounds", [1, 1_000]) ?? 7,
  only: given.values.get("only") ?? "",
}));

console.log(conditions(["miniflare", "workerd"], `fresh state, ${rounds} rounds in turn`));
const HEADING = [
  "engine",
  `runs/s (${CONCURRENCY} at a time)`,
  "p50 alone",
  "p95 alone",
  "ratio",
  "aim",
];
for (const measured of CASES.filter(({ name }) => name.includes(only))) {
  // Each case has its own runtime, since the objects of thousands of runs stay open.
  const runtime = await startRuntime();
  try {
    const figures = await measureCase(runtime, measured, rounds);
    console.log(`\n${measured.name}\n${table([HEADING, ...formatRows(measured, figures)])}`);
  } finally {
    await runtime.dispose();
  }
}
console.log(
  "\nratio: runs per second of the kernel divided by those of Cloudflare Workflows in the same round; the median. Cloudflare Workflows allows 10,000 steps by default, 25,000 at most.",
);
process.exit();

function formatRows({ ratioMin }: Case, figures: Record<Engine, Figures>) {
  const aim = ratioMin === null ? "" : `≥ ${ratioMin} ×`;
  const ratio = (engine: Engine) => `${figures[engine].ratio.toFixed(1)} ×`;
  return [
    ["kernel, an object a run", ...formatCells(figures.kernel), ratio("kernel"), aim],
    ["kernel, one object", ...formatCells(figures["kernel-shared"]), ratio("kernel-shared"), aim],
    ["Cloudflare Workflows", ...formatCells(figures.workflows)],
  ];
}

function formatCells({ runsPerSecond, p50, p95 }: Figures): readonly string[] {
  return [runsPerSecond.toFixed(1), `${p50.toFixed(1)} ms`, `${p95.toFixed(1)} ms`];
}
