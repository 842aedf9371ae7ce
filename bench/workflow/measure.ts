import { concurrently } from "../../scripts/client/concurrently.ts";
import { percentiles, type Percentiles } from "../latency.ts";
import { CASES, type Case } from "./cases.ts";
import { type Engine, ENGINES, type Runtime } from "./runtime.ts";

/** Number of concurrent runs when runs per second are measured. */
export const CONCURRENCY = 8;

/** The measured figures of one engine on one workflow, with percentiles of the time of a run that runs alone. */
export type Figures = Percentiles & {
  /** Runs per second, the median of the rounds. */
  readonly runsPerSecond: number;
  /** Runs per second divided by those of Cloudflare Workflows in the same round; the median of the rounds. */
  readonly ratio: number;
};

/**
 * Measures all engines on one workflow, in `rounds` rounds. Rounds are short and engines alternate, so that a change of
 * the machine's speed affects all of them.
 */
export async function measureCase(
  runtime: Runtime,
  measured: Case,
  rounds: number,
): Promise<Record<Engine, Figures>> {
  for (const engine of ENGINES) await runRound(runtime, measured, engine);
  const samples: Record<Engine, Sample[]> = { kernel: [], "kernel-shared": [], workflows: [] };
  for (let round = 0; round < rounds; round++) {
    for (const engine of ENGINES) samples[engine].push(await runRound(runtime, measured, engine));
  }
  const computeFigures = (engine: Engine): Figures => ({
    ...percentiles(samples[engine].flatMap(({ aloneMs }) => aloneMs)),
    runsPerSecond: median(samples[engine].map(({ runsPerSecond }) => runsPerSecond)),
    ratio: median(
      samples[engine].map(
        ({ runsPerSecond }, round) =>
          runsPerSecond / (samples.workflows[round]?.runsPerSecond ?? Number.NaN),
      ),
    ),
  });
  return {
    kernel: computeFigures("kernel"),
    "kernel-shared": computeFigures("kernel-shared"),
    workflows: computeFigures("workflows"),
  };
}

type Sample = { readonly runsPerSecond: number; readonly aloneMs: readonly number[] };

async function runRound(runtime: Runtime, measured: Case, engine: Engine): Promise<Sample> {
  const caseIndex = CASES.indexOf(measured);
  const { concurrent, alone } = measured.runs;
  const effectsBefore = runtime.effectsCaused();
  const begunAt = performance.now();
  const side = Array.from({ length: concurrent }, (_none, run) => run);
  await concurrently(side, CONCURRENCY, () => runtime.run(engine, caseIndex));
  const runsPerSecond = (concurrent / (performance.now() - begunAt)) * 1000;
  const aloneMs: number[] = [];
  for (let run = 0; run < alone; run++) {
    const startedAt = performance.now();
    await runtime.run(engine, caseIndex);
    aloneMs.push(performance.now() - startedAt);
  }
  // An engine that leaves out work fails.
  const caused = runtime.effectsCaused() - effectsBefore;
  const expected = measured.effects ? (concurrent + alone) * countSteps(measured) : 0;
  if (caused !== expected) throw new Error(`${engine} caused ${caused} effects, not ${expected}`);
  return { runsPerSecond, aloneMs };
}

const countSteps = ({ shape, steps }: Case) => (shape === "fan-out" ? steps + 1 : steps);

function median(values: readonly number[]): number {
  return percentiles(values).p50;
}
