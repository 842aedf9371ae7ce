/**
 * `npm run bench:lanes`: measures how long answers in the background wait for the model while others are in a backlog: of
 * another lane, of the same lane, and of another project. The model is a server on 127.0.0.1 that takes the same time
 * for each answer.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import type { OpenAI } from "openai";
import { z } from "zod";

import { concurrently } from "../scripts/client/concurrently.ts";
import { openAI } from "../scripts/client/connect.ts";
import { BENCH_LANES } from "../scripts/local/bench-commands.ts";
import { readCommandLine } from "../scripts/local/command-line.ts";
import { readNumber } from "../scripts/local/flags.ts";
import { freePort } from "../scripts/local/port.ts";
import { type Service, startService } from "../scripts/local/service.ts";
import { table } from "../scripts/terminal/table.ts";
import { startTimedModel } from "../test/fakes/timed-model.ts";
import { percentiles } from "./latency.ts";

const JOBS = readCommandLine(BENCH_LANES, (given) => readNumber(given, "jobs", [1, 10_000])) ?? 500;
const MODEL = "timed";
/** Time of the model for one answer: long enough that the process, which does all work, is not the limit. */
const SERVICE_MS = 4_000;
const CLIENTS = 16;
const MEASURED = 20;
/** Longest time until all answers of a backlog have been made. */
const GIVE_UP_MS = 5 * 60_000;
/** Time between two measured answers. */
const PAUSE_MS = 1_000;

const Created = z.object({ id: z.string(), value: z.string().optional() });

type Tier = "priority" | "default" | "flex";
/** Times of measured answers, in milliseconds: from the request to the model's call, and to the model's answer. */
type Times = { readonly waits: number[]; readonly totals: number[] };

const folder = mkdtempSync(join(tmpdir(), "edgewise-lanes-"));
const model = await startTimedModel(SERVICE_MS);
const service = await startService({
  folder,
  port: await freePort(),
  output: "file",
  vars: { LLM_BASE_URL: model.url, LLM_MODEL: MODEL },
});
let asked = 0;
try {
  const client = openAI(service.url, service.secrets.apiKey);
  await measure(client, "default");
  console.log(`${JOBS} jobs in the backlog; ${SERVICE_MS} ms of the model for each answer\n`);
  await compareLanes(client);
  await compareProjects(client, openAI(service.url, await createProject(service)));
} finally {
  await service.stop();
  model.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

/** Measures interactive answers behind a backlog: in the backlog's lane, and in lanes of their own. */
async function compareLanes(client: OpenAI): Promise<void> {
  const one = await behindBacklog(client, "default", () => measure(client, "default"));
  const own = await behindBacklog(client, "flex", () => measure(client, "priority"));
  const [inOne, inOwn] = [percentiles(one.waits), percentiles(own.waits)];
  console.log(
    table([
      ["wait of an interactive answer", "p50", "p95"],
      ["one lane for all", ms(inOne.p50), ms(inOne.p95)],
      ["backlog in batch, answer in interactive", ms(inOwn.p50), ms(inOwn.p95)],
      ["ratio", ratio(inOwn.p50 / inOne.p50), ratio(inOwn.p95 / inOne.p95)],
    ]),
    "\n",
  );
}

/** Measures the answers of one project: alone, and while another project has a backlog in the same lane. */
async function compareProjects(flooding: OpenAI, other: OpenAI): Promise<void> {
  const quiet = percentiles((await measure(other, "default")).totals);
  const flooded = await behindBacklog(flooding, "default", () => measure(other, "default"));
  const busy = percentiles(flooded.totals);
  console.log(
    table([
      ["time of another project's answer", "p50", "p95"],
      ["quiet", ms(quiet.p50), ms(quiet.p95)],
      ["one project floods the lane", ms(busy.p50), ms(busy.p95)],
      ["ratio", ratio(busy.p50 / quiet.p50), ratio(busy.p95 / quiet.p95)],
    ]),
  );
}

/** Fills a lane, runs `work`, and waits until the lane is empty again. */
async function behindBacklog(
  client: OpenAI,
  tier: Tier,
  work: () => Promise<Times>,
): Promise<Times> {
  const jobs = Array.from({ length: JOBS }, () => `job ${++asked}`);
  await concurrently(jobs, CLIENTS, (name) => ask(client, tier, name));
  const times = await work();
  await answerAll(jobs.map((name) => model.answered(name)));
  return times;
}

/** Asks some questions, one each `PAUSE_MS`, and measures their answers. */
async function measure(client: OpenAI, tier: Tier): Promise<Times> {
  const times: Times = { waits: [], totals: [] };
  const answers: Promise<void>[] = [];
  for (let count = 0; count < MEASURED; count++) {
    const name = `measured ${++asked}`;
    const startedAt = performance.now();
    await ask(client, tier, name);
    const answered = async () => {
      const { cameAt, endedAt } = await model.answered(name);
      times.waits.push(cameAt - startedAt);
      times.totals.push(endedAt - startedAt);
    };
    answers.push(answered());
    await wait(PAUSE_MS);
  }
  await answerAll(answers);
  return times;
}

/** Waits for all answers. Throws if some have not come after `GIVE_UP_MS`, for example because they have failed. */
async function answerAll(answers: readonly Promise<unknown>[]): Promise<void> {
  const timeout = AbortSignal.timeout(GIVE_UP_MS);
  const overdue = new Promise((_resolve, reject) => {
    timeout.addEventListener("abort", () => reject(new Error("Some answers were never made.")));
  });
  await Promise.race([Promise.all(answers), overdue]);
}

async function ask(client: OpenAI, tier: Tier, name: string): Promise<void> {
  await client.responses.create({
    model: MODEL,
    input: `Is water wet? <${name}>`,
    background: true,
    service_tier: tier,
  });
}

/** Creates another project, and returns its key. */
async function createProject({ url, secrets }: Service): Promise<string> {
  const post = async (path: string, body: object) => {
    const response = await fetch(`${url}/v1/organization/projects${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secrets.adminKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return Created.parse(await response.json());
  };
  const { id } = await post("", { name: "Other" });
  return (await post(`/${id}/api_keys`, { name: "other" })).value ?? "";
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

function ratio(value: number): string {
  return value.toFixed(3);
}
