import { percentiles } from "../latency.ts";
import { startShards, type ShardsRuntime, type TimedAnswer } from "./shards-runtime.ts";

/** Chunks that are drawn and written in one request. */
const REQUEST = 1_000;
const STARTS = 5;

/** The three that answer: plain loops over everything in memory, and a shard in each of its tiers. */
export type Engine = "oracle" | "exact" | "coded";

/** What an engine took and found over a number of chunks. */
export type ShardResult = {
  readonly count: number;
  readonly engine: Engine;
  readonly p50: number;
  readonly p95: number;
  /** Processor time of the whole process for a question, in milliseconds. */
  readonly cpuMs: number;
  /** Milliseconds of the first question after a start, with its statistics: the median of five. */
  readonly startMs: number;
  /** Megabytes by which the process grows with the first question. */
  readonly memory: number;
  readonly chunksPerSecond: number;
  /** Answers that are those of the oracle: chunks, order and both scores. */
  readonly same: number;
  readonly postings: number;
};

/** Writes chunks into each engine and asks all of them each question in turn. */
export async function measureShards(
  count: number,
  questions: number,
  engines: readonly Engine[],
): Promise<ShardResult[]> {
  const runtime = await startShards();
  try {
    const speeds = await fill(runtime, count, engines);
    const shards = engines.filter((engine) => engine !== "oracle");
    const starts = new Map<Engine, number>();
    for (const engine of shards) starts.set(engine, await measureStart(runtime, engine));
    const answers = new Map<Engine, TimedAnswer[]>(engines.map((engine) => [engine, []]));
    const [counting = "exact"] = shards;
    for (let question = 0; question < questions; question++) {
      for (const engine of engines) {
        const answer = await runtime.ask(engine, question, counting);
        if (answer.work) checkTier(engine, answer.work.dense);
        answers.get(engine)?.push(answer);
      }
    }
    const memory = new Map<Engine, number>();
    for (const engine of shards) memory.set(engine, await runtime.measureMemory(engine));
    return engines.map((engine) => ({
      count,
      engine,
      startMs: starts.get(engine) ?? NaN,
      memory: memory.get(engine) ?? NaN,
      chunksPerSecond: speeds.get(engine) ?? NaN,
      ...sumUp(answers.get(engine) ?? [], answers.get("oracle") ?? []),
    }));
  } finally {
    await runtime.dispose();
  }
}

/** Returns the chunks that each engine has written in a second. */
async function fill(runtime: ShardsRuntime, count: number, engines: readonly Engine[]) {
  const took = new Map<Engine, number>();
  for (let from = 0; from < count; from += REQUEST) {
    const part = await runtime.fill(engines, from, Math.min(REQUEST, count - from));
    for (const engine of engines) took.set(engine, (took.get(engine) ?? 0) + (part[engine] ?? NaN));
  }
  return new Map([...took].map(([engine, ms]) => [engine, (count / ms) * 1_000]));
}

async function measureStart(runtime: ShardsRuntime, engine: Engine): Promise<number> {
  const starts: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const { ms, dense } = await runtime.start(engine, start);
    checkTier(engine, dense);
    starts.push(ms);
  }
  return percentiles(starts).p50;
}

/** A row of the table is that of its tier alone. */
function checkTier(engine: Engine, tier: string | null): void {
  if (tier !== engine) throw new Error(`The shard answered in the tier ${tier}, not ${engine}`);
}

function sumUp(answers: readonly TimedAnswer[], wanted: readonly TimedAnswer[]) {
  const mean = (read: (answer: TimedAnswer) => number) =>
    answers.reduce((sum, one) => sum + read(one), 0) / answers.length;
  const same = answers.filter(
    ({ hits }, index) => JSON.stringify(hits) === JSON.stringify(wanted[index]?.hits),
  );
  return {
    ...percentiles(answers.map(({ ms }) => ms)),
    cpuMs: mean(({ cpuMs }) => cpuMs),
    postings: mean(({ work }) => work?.postings ?? NaN),
    same: same.length,
  };
}
