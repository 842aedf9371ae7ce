/**
 * `npm run bench:rows`: prints the database rows that a small file, a short answer and one in the background of 200
 * tokens write, by class of object or database, statement and table.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { type OpenAI, toFile } from "openai";
import { z } from "zod";

import { openAI } from "../scripts/client/connect.ts";
import { BENCH_ROWS } from "../scripts/local/bench-commands.ts";
import { readCommandLine, runCommand } from "../scripts/local/command-line.ts";
import { readNumber } from "../scripts/local/flags.ts";
import { freePort } from "../scripts/local/port.ts";
import { startService } from "../scripts/local/service.ts";
import { table } from "../scripts/terminal/table.ts";
import { conditions } from "./conditions.ts";
import { startPacedModel, WORD_BY_WORD } from "./overload/paced-model.ts";

const Cost = z.object({
  objectRowsWritten: z.number(),
  d1RowsWritten: z.number(),
  d1Queries: z.number(),
  alarmsSet: z.number(),
  schemaRows: z.number(),
  tables: z.record(z.string(), z.object({ rows: z.number(), indexEntries: z.number() })),
});
type Cost = z.infer<typeof Cost>;

/** The model of answers in the background. */
const PACED = "paced";
/** Time after which a change has been written to D1, in milliseconds. */
const SUMMARY_MS = 2_500;
const POLL_MS = 50;

let uploaded = 0;

const count = readCommandLine(BENCH_ROWS, (given) => readNumber(given, "of", [1, 500])) ?? 20;
await runCommand(bench);

async function bench(): Promise<void> {
  console.log(conditions(["wrangler", "workerd"], `means of ${count}`));
  const folder = mkdtempSync(join(tmpdir(), "edgewise-rows-"));
  const model = await startPacedModel(0);
  const service = await startService({
    folder,
    port: await freePort(),
    output: "file",
    wranglerFlags: ["bench/counting/worker.ts"],
    vars: { LLM_BASE_URL: model.url, LLM_MODEL: PACED, EMBEDDING_MODEL: "hash-1" },
  });
  try {
    const client = openAI(service.url, service.secrets.apiKey);
    for (const { name, work } of await listWork(client)) {
      await fetch(`${service.url}/bench/cost`, { method: "DELETE" });
      await work();
      await wait(SUMMARY_MS);
      print(name, Cost.parse(await (await fetch(`${service.url}/bench/cost`)).json()));
    }
  } finally {
    await service.stop();
    model.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lists the kinds of work that are counted. The store and its objects have worked before. */
async function listWork(client: OpenAI) {
  const { id: storeId } = await client.vectorStores.create({ name: "rows" });
  await attachBatch(client, storeId, 2);
  const answer = (options: { readonly store: boolean }) => async () => {
    for (let number = 0; number < count; number++) await ask(client, storeId, number, options);
  };
  await ask(client, storeId, 0, { store: true });
  await wait(SUMMARY_MS);
  return [
    { name: "a file, attached alone", work: async () => await attachOneByOne(client, storeId) },
    { name: "a file of a batch", work: async () => await attachBatch(client, storeId, count) },
    { name: "an answer", work: answer({ store: true }) },
    { name: "an answer with store: false", work: answer({ store: false }) },
    { name: "in the background, 200 tokens", work: async () => await askInBackground(client) },
  ];
}

async function upload(client: OpenAI): Promise<string> {
  const number = ++uploaded;
  const text = `Room ${number} has ${number % 40} chairs and a blue door.`;
  const file = await toFile(Buffer.from(text), `room-${number}.md`, { type: "text/markdown" });
  return (await client.files.create({ file, purpose: "assistants" })).id;
}

async function attachOneByOne(client: OpenAI, storeId: string): Promise<void> {
  for (let number = 0; number < count; number++) {
    const fileId = await upload(client);
    let { status } = await client.vectorStores.files.create(storeId, { file_id: fileId });
    while (status === "in_progress") {
      await wait(POLL_MS);
      ({ status } = await client.vectorStores.files.retrieve(fileId, { vector_store_id: storeId }));
    }
    if (status !== "completed") throw new Error(`The file ${fileId} is ${status}`);
  }
}

async function attachBatch(client: OpenAI, storeId: string, files: number): Promise<void> {
  const fileIds: string[] = [];
  while (fileIds.length < files) fileIds.push(await upload(client));
  let batch = await client.vectorStores.fileBatches.create(storeId, { file_ids: fileIds });
  while (batch.status === "in_progress") {
    await wait(POLL_MS);
    batch = await client.vectorStores.fileBatches.retrieve(batch.id, { vector_store_id: storeId });
  }
  if (batch.file_counts.completed !== files) throw new Error(`The batch ${batch.id} has failures`);
}

async function ask(
  client: OpenAI,
  storeId: string,
  number: number,
  { store }: { readonly store: boolean },
): Promise<void> {
  const input = `How many chairs has room ${number + 1}?`;
  const tools = [{ type: "file_search" as const, vector_store_ids: [storeId] }];
  await client.responses.create({ model: "extractive-1", input, tools, store });
}

/** Has answers made in the background, each of 200 tokens at 10 ms. */
async function askInBackground(client: OpenAI): Promise<void> {
  const input = `Say it ${WORD_BY_WORD}.`;
  const begun = await Promise.all(
    Array.from({ length: count }, () =>
      client.responses.create({ model: PACED, input, background: true }),
    ),
  );
  for (const { id } of begun) {
    let { status } = await client.responses.retrieve(id);
    while (status === "queued" || status === "in_progress") {
      await wait(POLL_MS);
      ({ status } = await client.responses.retrieve(id));
    }
    if (status !== "completed") throw new Error(`The response ${id} is ${status}`);
  }
}

function print(name: string, cost: Cost): void {
  const rows = [[name, "rows", "index entries"]];
  for (const [of, written] of Object.entries(cost.tables)) {
    rows.push([of, mean(written.rows), mean(written.indexEntries)]);
  }
  const all = cost.objectRowsWritten + cost.d1RowsWritten;
  rows.push(["all; of them in D1", mean(all), mean(cost.d1RowsWritten)]);
  rows.push(["beside these: alarms set", mean(cost.alarmsSet), ""]);
  rows.push(["tables, indexes, triggers created", mean(cost.schemaRows), ""]);
  rows.push(["D1 queries", mean(cost.d1Queries), ""]);
  console.log(`\n${table(rows)}`);
}

function mean(value: number): string {
  return (value / count).toFixed(2);
}
