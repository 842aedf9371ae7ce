/**
 * `npm run bench:builds -- ../before`: compares this build with another one, both at work on this machine at the same
 * time and taking turns, so that a change of the machine affects both. Prints medians and ratios without a verdict.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { OpenAI } from "openai";

import { openAI } from "../scripts/client/connect.ts";
import { readCollection } from "../scripts/evaluation/collection.ts";
import { BENCH_BUILDS } from "../scripts/local/bench-commands.ts";
import { readCommandLine, runCommand } from "../scripts/local/command-line.ts";
import { readNumber, UsageError } from "../scripts/local/flags.ts";
import { table } from "../scripts/terminal/table.ts";
import { Build } from "./builds/build.ts";
import { conditions } from "./conditions.ts";
import { percentiles, timeFirstDeltas, timeSearches } from "./latency.ts";

const COLLECTION = "../shared/eval/scifact";
const DOCUMENTS_DEFAULT = 3_000;
const ROUNDS_DEFAULT = 5;
/** Requests of each kind in a round. */
const REQUESTS = 200;
/** Runs of the kernel in a round, by case. */
const RUNS = { "chain of 10 pure steps": 20, "chain of 1,000 pure steps": 3 };

const { before, documents, rounds } = readCommandLine(BENCH_BUILDS, (given) => {
  const [folder, ...others] = given.operands;
  if (!folder || others.length > 0) throw new UsageError("Give the folder of one other build.");
  if (!existsSync(join(folder, "node_modules"))) {
    throw new UsageError(`${folder} is not a build with installed packages: run npm ci in it.`);
  }
  return {
    before: folder,
    documents: readNumber(given, "documents", [10, 1_000_000]) ?? DOCUMENTS_DEFAULT,
    rounds: readNumber(given, "rounds", [1, 1_000]) ?? ROUNDS_DEFAULT,
  };
});

type Pair<Value> = readonly [before: Value, now: Value];
/** The medians of each round, by measure. */
const measured = new Map<string, [before: number[], now: number[]]>();

console.log(conditions(["wrangler", "workerd", "openai"], `${rounds} rounds in turn`));
const builds: Pair<Build> = [new Build(before), new Build(".")];
await runCommand(async () => {
  await compare().finally(() => Promise.all(builds.map((build) => build.stop())));
});

async function compare(): Promise<void> {
  await compareRows();
  await compareKernels();
  await compareServices();
  console.log(`\n${table([["what", "before", "now", "ratio"], ...[...measured].map(formatRow)])}`);
}

async function compareRows(): Promise<void> {
  await inTurns(0, async (side) => {
    const rows = await builds[side].countRows(COLLECTION);
    note("rows written per chunk", side, rows.rowsPerChunk);
    note("of them in D1", side, rows.d1RowsPerChunk);
    note("rows written per answer", side, rows.rowsPerAnswer);
    note("with store: false", side, rows.rowsPerUnstoredAnswer);
    note("D1 queries per warm search", side, rows.d1QueriesPerWarmSearch);
    note("D1 queries per warm answer", side, rows.d1QueriesPerWarmAnswer);
  });
}

async function compareKernels(): Promise<void> {
  for (const [caseName, runs] of Object.entries(RUNS)) {
    for (const engine of ["kernel", "kernel-shared"] as const) {
      const what = engine === "kernel" ? "an object a run" : "one object";
      for (let round = 0; round <= rounds; round++) {
        const times: Pair<number[]> = [[], []];
        for (let run = 0; run < runs; run++) {
          await inTurns(run, async (side) => {
            times[side].push(await builds[side].run(engine, caseName));
          });
        }
        // The first round warms both up.
        if (round > 0) noteBoth(`${caseName}, ${what}, ms`, times);
      }
    }
  }
}

async function compareServices(): Promise<void> {
  const services = new Array<{ url: string; client: OpenAI; storeId: string }>();
  await inTurns(0, async (side) => {
    const { seconds, ...service } = await builds[side].serve(COLLECTION, documents);
    services[side] = { ...service, client: openAI(service.url, service.apiKey) };
    note(`ingestion of ${documents} files, one build after the other, s`, side, seconds);
  });
  const questions = readCollection(COLLECTION).queries.map(({ text }) => text);
  for (let round = 0; round < rounds; round++) {
    const health: Pair<number[]> = [[], []];
    const search: Pair<number[]> = [[], []];
    const delta: Pair<number[]> = [[], []];
    for (let index = 0; index < REQUESTS; index++) {
      const question = questions[(index + round * 37) % questions.length] ?? "";
      await inTurns(index, async (side) => {
        const service = services[side];
        if (!service) return;
        health[side].push(await timeHealth(service.url));
        const { client, storeId } = service;
        search[side].push((await timeSearches(client, storeId, [question], 0)).p50);
        delta[side].push((await timeFirstDeltas(client, storeId, [question], 0)).p50);
      });
    }
    noteBoth("GET /health, ms", health);
    noteBoth("warm search, ms", search);
    noteBoth("first response.output_text.delta, ms", delta);
  }
}

async function timeHealth(url: string): Promise<number> {
  const startedAt = performance.now();
  await (await fetch(`${url}/health`)).text();
  return performance.now() - startedAt;
}

/** Calls for both builds, the other one first every second time. */
async function inTurns(turn: number, work: (side: 0 | 1) => Promise<void>): Promise<void> {
  const sides = turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
  for (const side of sides) await work(side);
}

function note(what: string, side: 0 | 1, value: number): void {
  const values = measured.get(what) ?? [[], []];
  values[side].push(value);
  measured.set(what, values);
}

function noteBoth(what: string, times: Pair<number[]>): void {
  note(what, 0, percentiles(times[0]).p50);
  note(what, 1, percentiles(times[1]).p50);
}

function formatRow([what, values]: [string, Pair<number[]>]): readonly string[] {
  const [earlier, now] = [percentiles(values[0]).p50, percentiles(values[1]).p50];
  const ratio = earlier === now ? 1 : now / earlier;
  return [what, earlier.toFixed(2), now.toFixed(2), ratio.toFixed(3)];
}
