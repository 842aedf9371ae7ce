/**
 * `npm run bench:waiting`: kills the service while many files wait to be ingested, opens the state again, and prints
 * how long `/health` takes meanwhile, and whether each file is ingested in the end.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { type OpenAI, toFile } from "openai";

import { concurrently } from "../scripts/client/concurrently.ts";
import { openAI } from "../scripts/client/connect.ts";
import { BENCH_WAITING } from "../scripts/local/bench-commands.ts";
import { readCommandLine } from "../scripts/local/command-line.ts";
import { readNumber } from "../scripts/local/flags.ts";
import { freePort } from "../scripts/local/port.ts";
import { type Service, startService } from "../scripts/local/service.ts";
import { table } from "../scripts/terminal/table.ts";
import { watchHealth } from "./watch-health.ts";

const COUNT =
  readCommandLine(BENCH_WAITING, (given) => readNumber(given, "files", [1, 100_000])) ?? 3_000;
const CLIENTS = 16;
const BATCH = 500;
const PROBE_MS = 20;
const IDLE_MS = 2_000;
const POLL_MS = 2_000;
const GIVE_UP_MS = 10 * 60_000;

const folder = mkdtempSync(join(tmpdir(), "edgewise-waiting-"));
const rows = [["files", String(COUNT)]];
let ok = false;
try {
  ok = await open(await fill());
  console.log(table(rows));
} finally {
  if (ok) rmSync(folder, { recursive: true, force: true });
  else console.log(`The state is kept in ${folder}.`);
}
process.exit(ok ? 0 : 1);

async function start(): Promise<Service> {
  return await startService({ folder, port: await freePort(), output: "file" });
}

function connectTo({ url, secrets }: Service): OpenAI {
  return openAI(url, secrets.apiKey);
}

/** Uploads and attaches the files, and kills the service at once. Returns the store's id. */
async function fill(): Promise<string> {
  const service = await start();
  const client = connectTo(service);
  rows.push(["/health without files, slowest", await slowestHealth(service, () => wait(IDLE_MS))]);
  const { id: storeId } = await client.vectorStores.create({ name: "waiting" });
  const numbers = Array.from({ length: COUNT }, (_none, number) => number);
  const ids: string[] = [];
  await concurrently(numbers, CLIENTS, async (number) => {
    const text = `Room ${number} has ${number % 40} chairs and a blue door.`;
    const file = await toFile(Buffer.from(text), `room-${number}.txt`);
    ids.push((await client.files.create({ file, purpose: "assistants" })).id);
  });
  const attach = async () => {
    for (let at = 0; at < COUNT; at += BATCH) {
      await client.vectorStores.fileBatches.create(storeId, {
        file_ids: ids.slice(at, at + BATCH),
      });
    }
  };
  rows.push(["/health while they are attached, slowest", await slowestHealth(service, attach)]);
  rows.push(["files that waited when it was killed", String(await countWaiting(client, storeId))]);
  const group = service.groupId();
  if (group) process.kill(-group, "SIGKILL");
  await service.stop();
  return storeId;
}

/** Opens the state, and waits until each file is ingested. Returns true if all are. */
async function open(storeId: string): Promise<boolean> {
  const openedAt = performance.now();
  const service = await start();
  try {
    const client = connectTo(service);
    const startedAt = performance.now();
    rows.push(["start until it answers", `${((startedAt - openedAt) / 1_000).toFixed(1)} s`]);
    let waiting = COUNT;
    const finish = async () => {
      while (waiting > 0 && performance.now() - startedAt < GIVE_UP_MS) {
        await wait(POLL_MS);
        waiting = await countWaiting(client, storeId);
      }
    };
    rows.push(["/health until all are ingested, slowest", await slowestHealth(service, finish)]);
    const seconds = (performance.now() - startedAt) / 1_000;
    rows.push(["time until then", `${seconds.toFixed(0)} s`]);
    const { completed } = (await client.vectorStores.retrieve(storeId)).file_counts;
    rows.push(["files ingested", String(completed)]);
    return completed === COUNT;
  } finally {
    await service.stop();
  }
}

async function countWaiting(client: OpenAI, storeId: string): Promise<number> {
  return (await client.vectorStores.retrieve(storeId)).file_counts.in_progress;
}

async function slowestHealth({ url }: Service, work: () => Promise<void>): Promise<string> {
  const watch = watchHealth(url, PROBE_MS);
  await work();
  return `${(await watch.stop()).toFixed(0)} ms`;
}
