/**
 * `npm run bench:followers`: asks one store, with several questions at a time, of its search shard alone and of the shard
 * with three followers, in turn in one process. Prints the medians of five rounds and their ratios.
 */
import { BENCH_FOLLOWERS } from "../scripts/local/bench-commands.ts";
import { readCommandLine, startTask } from "../scripts/local/command-line.ts";
import { readNumber } from "../scripts/local/flags.ts";
import { table } from "../scripts/terminal/table.ts";
import { conditions } from "./conditions.ts";
import { type FollowersRuntime, startFollowers } from "./followers/followers-runtime.ts";
import { percentiles } from "./latency.ts";

const ROUNDS = 5;
const FOLLOWERS = [0, 3] as const;
/** Different questions, and how often each is asked before the first round. */
const QUESTIONS = 100;
const REPEATS = 12;
/** Chunks that are written in one request. */
const REQUEST = 1_000;

const options = readCommandLine(BENCH_FOLLOWERS, (given) => ({
  chunks: readNumber(given, "chunks", [1_000, 200_000]) ?? 20_000,
  atOnce: readNumber(given, "at-once", [1, 64]) ?? 8,
  questions: readNumber(given, "questions", [10, 10_000]) ?? 400,
}));

type Round = { readonly p50: number; readonly p95: number; readonly perSecond: number };

console.log(
  conditions(
    ["miniflare"],
    `${options.chunks.toLocaleString("en")} chunks, ${options.atOnce} questions at a time, ` +
      `${options.questions} a round, medians of ${ROUNDS} rounds.`,
  ),
);
const runtime = await startFollowers();
try {
  const task = startTask("chunks written");
  for (let from = 0; from < options.chunks; from += REQUEST) {
    await runtime.fill(from, Math.min(REQUEST, options.chunks - from));
  }
  task.done("chunks written");
  const copied = await runtime.follow();
  console.log(`Three followers answer after ${(copied / 1_000).toFixed(1)} s.`);
  await checkSame(runtime);
  await show(runtime);
} finally {
  await runtime.dispose();
}

/**
 * Fails if any answer of the followers differs from that of the shard. It asks each question so often that nearly every
 * copy has it in memory afterwards.
 */
async function checkSame(running: FollowersRuntime): Promise<void> {
  for (let question = 0; question < QUESTIONS; question++) {
    const wanted = JSON.stringify(await running.ask(question, 0));
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const found = JSON.stringify(await running.ask(question, 3));
      if (found !== wanted) throw new Error(`The answer to question ${question} differs: ${found}`);
    }
  }
}

async function show(running: FollowersRuntime): Promise<void> {
  const rounds = new Map<number, Round[]>(FOLLOWERS.map((followers) => [followers, []]));
  const before = await running.counts();
  for (let round = 0; round < ROUNDS; round++) {
    for (const followers of FOLLOWERS) {
      rounds.get(followers)?.push(await measure(running, followers));
    }
  }
  const [alone, followed] = FOLLOWERS.map((followers) => summarize(rounds.get(followers) ?? []));
  if (!alone || !followed) throw new Error("Nothing was measured");
  const row = (name: string, of: (round: Round) => string) => [name, of(alone), of(followed)];
  const ratio = (of: (round: Round) => number) => (of(followed) / of(alone)).toFixed(2);
  console.log(
    table([
      ["", "shard alone", "3 followers", "ratio"],
      [...row("p50 ms", ({ p50 }) => p50.toFixed(1)), ratio(({ p50 }) => p50)],
      [...row("p95 ms", ({ p95 }) => p95.toFixed(1)), ratio(({ p95 }) => p95)],
      [
        ...row("searches/s", ({ perSecond }) => perSecond.toFixed(0)),
        ratio(({ perSecond }) => perSecond),
      ],
    ]),
  );
  const after = await running.counts();
  const byFollowers = after.byFollowers - before.byFollowers;
  console.log(
    `Followers answered ${byFollowers} of ${ROUNDS * options.questions} searches; ` +
      `${after.other - before.other} went on to the shard.`,
  );
}

/** Asks the questions, several at a time. */
async function measure(running: FollowersRuntime, followers: number): Promise<Round> {
  const times: number[] = [];
  let next = 0;
  const started = performance.now();
  const askOn = async () => {
    while (next < options.questions) {
      const question = next++;
      const asked = performance.now();
      await running.ask(question % QUESTIONS, followers);
      times.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, askOn));
  const seconds = (performance.now() - started) / 1_000;
  return { ...percentiles(times), perSecond: options.questions / seconds };
}

function summarize(rounds: readonly Round[]): Round {
  const median = (of: (round: Round) => number) => percentiles(rounds.map(of)).p50;
  return {
    p50: median(({ p50 }) => p50),
    p95: median(({ p95 }) => p95),
    perSecond: median(({ perSecond }) => perSecond),
  };
}
