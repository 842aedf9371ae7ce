/** `npm run bench:hostile`: how hostile files end, what other requests wait beside them, and the memory of workerd. */
import { setTimeout } from "node:timers/promises";

import { type OpenAI, toFile } from "openai";

import { openAI } from "../scripts/client/connect.ts";
import { BENCH_HOSTILE } from "../scripts/local/bench-commands.ts";
import { readCommandLine, runCommand } from "../scripts/local/command-line.ts";
import type { Service } from "../scripts/local/service.ts";
import { ProgressBar } from "../scripts/terminal/progress-bar.ts";
import { table } from "../scripts/terminal/table.ts";
import { HOSTILE_FILES } from "../test/rules/ingest/hostile-files.ts";
import { HOSTILE_PDFS } from "../test/rules/ingest/hostile-pdfs.ts";
import { conditions } from "./conditions.ts";
import { withFreshService } from "./fresh-service.ts";
import { serviceTime } from "./service-time.ts";
import { watchHealth } from "./watch-health.ts";
import { watchMemory } from "./watch-memory.ts";

const HEALTH_MS = 10;
const POLL_MS = 100;
const IDLE_MS = 3_000;
const MEMORY_MS = 20;
/** Nearly the most text that a file may have, in words: about 12,000 chunks. */
const BOOK_BYTES = 16_700_000;

const only = readCommandLine(BENCH_HOSTILE, (given) => given.values.get("only") ?? "");
console.log(conditions(["wrangler", "workerd", "openai"], "one file at a time, fresh state"));
await runCommand(() => withFreshService(measureFiles));

async function measureFiles({ url, secrets, groupId }: Service): Promise<void> {
  const client = openAI(url, secrets.apiKey);
  const { id: storeId } = await client.vectorStores.create({ name: "hostile" });
  const idle = await measureIdle(url);
  const rows = [
    [
      "file",
      "bytes",
      "seconds",
      "slowest /health",
      "of idle",
      "work meanwhile",
      "MB more",
      "ending",
    ],
  ];
  const files = listFiles();
  const readWork = serviceTime(groupId());
  const memory = watchMemory(groupId, MEMORY_MS);
  const idleMb = memory.takeMost();
  const bar = new ProgressBar("files");
  for (const [name, make] of files) {
    memory.takeMost();
    const measured = await measureFile(client, { url, storeId, idle, readWork }, name, make());
    const more = (memory.takeMost() - idleMb).toFixed(0);
    rows.push([name, ...measured.slice(0, -1), more, ...measured.slice(-1)]);
    bar.show(rows.length - 1, files.length);
  }
  memory.stop();
  bar.end(
    `${files.length} files; slowest /health in ${IDLE_MS} ms without a file: ${idle.toFixed(0)} ms`,
  );
  console.log(`\n${table(rows)}`);
}

/** Measures the slowest answer of /health while nothing happens: on a machine that others use, it is not a few ms. */
async function measureIdle(url: string): Promise<number> {
  const watch = watchHealth(url, HEALTH_MS);
  await setTimeout(IDLE_MS);
  return await watch.stop();
}

function listFiles(): (readonly [name: string, make: () => Uint8Array])[] {
  const pdfs = Object.entries(HOSTILE_PDFS).map(([name, [make]]) => [`${name}.pdf`, make] as const);
  const files = HOSTILE_FILES.map(([name, make]) => [name, make] as const);
  const all = [...pdfs, ...files, ["book.txt", makeBook] as const];
  return all.filter(([name]) => name.includes(only));
}

/** Makes a text of sentences that are all different. */
function makeBook(): Uint8Array {
  const book = Buffer.alloc(BOOK_BYTES, " ");
  for (let at = 0, line = 0; at < BOOK_BYTES; line++) {
    const word = (line * 2_654_435_761).toString(36);
    at += book.write(`Sentence ${line} of the book says ${word} and nothing else. `, at);
  }
  return book;
}

async function measureFile(
  client: OpenAI,
  {
    url,
    storeId,
    idle,
    readWork,
  }: { url: string; storeId: string; idle: number; readWork: () => number },
  name: string,
  bytes: Uint8Array,
): Promise<string[]> {
  const file = await client.files.create({
    file: await toFile(bytes, name),
    purpose: "assistants",
  });
  const watch = watchHealth(url, HEALTH_MS, readWork);
  const startedAt = performance.now();
  const { status, last_error: error } = await client.vectorStores.files.createAndPoll(
    storeId,
    { file_id: file.id },
    { pollIntervalMs: POLL_MS },
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const slowest = await watch.stop();
  const ending = `${status} ${error?.message ?? ""}`.slice(0, 60);
  const ratio = (slowest / idle).toFixed(1);
  const work = `${watch.mostWork().toFixed(0)} ms`;
  return [
    String(bytes.length),
    seconds.toFixed(1),
    `${slowest.toFixed(0)} ms`,
    ratio,
    work,
    ending,
  ];
}
