import { concurrently } from "../../scripts/client/concurrently.ts";
import { percentiles, type Percentiles } from "../latency.ts";
import { CASES, type Case } from "./cases.ts";
import { type Engine, ENGINES, type Runtime } from "./runtime.ts";

/** Runs that are under way at a time when runs a second are measured. */
export const CONCURRENCY = 8;

export type Figures = Percentiles & { readonly runsPerSecond: number };

/** Round by round the engines take turns, so that a machine that slows down slows both. */
export async function measureCase(
  runtime: Runtime,
  measured: Case,
  rounds: number,
): Promise<Record<Engine, Figures>> {
  const samples = { kernel: newSamples(), workflows: newSamples() };
  for (const engine of ENGINES) await runRound(runtime, measured, engine, newSamples(), 0.1);
  for (let round = 0; round < rounds; round++) {
    for (const engine of ENGINES) await runRound(runtime, measured, engine, samples[engine], 1);
  }
  return { kernel: figuresOf(samples.kernel), workflows: figuresOf(samples.workflows) };
}

type Samples = { runs: number; seconds: number; readonly aloneMs: number[] };

const newSamples = (): Samples => ({ runs: 0, seconds: 0, aloneMs: [] });

const figuresOf = ({ runs, seconds, aloneMs }: Samples): Figures => ({
  ...percentiles(aloneMs),
  runsPerSecond: runs / seconds,
});

async function runRound(
  runtime: Runtime,
  measured: Case,
  engine: Engine,
  samples: Samples,
  share: number,
): Promise<void> {
  const caseIndex = CASES.indexOf(measured);
  const side = Array.from({ length: Math.ceil(measured.runs.concurrent * share) }, (_, run) => run);
  const effectsBefore = runtime.effectsCaused();
  const begunAt = performance.now();
  await concurrently(side, CONCURRENCY, () => runtime.run(engine, caseIndex));
  samples.seconds += (performance.now() - begunAt) / 1000;
  samples.runs += side.length;
  const alone = Math.ceil(measured.runs.alone * share);
  for (let run = 0; run < alone; run++) {
    const startedAt = performance.now();
    await runtime.run(engine, caseIndex);
    samples.aloneMs.push(performance.now() - startedAt);
  }
  // Neither engine may be fast by leaving work out.
  const caused = runtime.effectsCaused() - effectsBefore;
  const expected = measured.effects ? (side.length + alone) * stepsOf(measured) : 0;
  if (caused !== expected) throw new Error(`${engine} caused ${caused} effects, not ${expected}`);
}

const stepsOf = ({ shape, steps }: Case) => (shape === "fan-out" ? steps + 1 : steps);
