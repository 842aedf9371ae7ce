import type { OpenAI } from "openai";
import { toFile } from "openai";
import { z } from "zod";

import { concurrently } from "../../scripts/client/concurrently.ts";
import type { DevService } from "../../scripts/console/dev-service.ts";
import { ProgressBar } from "../../scripts/terminal/progress-bar.ts";
import { copyRuns } from "./copy-runs.ts";

const CLIENTS = 16;
const FILES_PER_BATCH = 500;
const POLL_MS = 500;
/** Number of steps of the long run. */
const STEPS = 1_000;
/** Number of runs that are really made; the others are copies of their rows. */
const REAL_RUNS = 40;

const Made = z.object({ id: z.string() });
const Run = z.object({ status: z.string() });
const List = z.object({ data: z.array(z.unknown()) });

/** What was put into a project: the ids by which the screens of the large things are opened. */
export type Seeded = {
  readonly storeId: string;
  readonly longRun: string;
  readonly conversation: string;
};

/**
 * Fills a project: a store of `count` files, `count` runs in the list, a run of 1,000 steps, an answer of 100 KB. The
 * service restarts once.
 */
export async function seed(client: OpenAI, service: DevService, count: number): Promise<Seeded> {
  const longRun = await addLongRun(service);
  const conversation = await addLongAnswer(client);
  await addRuns(service, Math.min(count, REAL_RUNS));
  const storeId = await addFiles(client, count);
  await service.restart((folder) => copyRuns(folder, Math.max(0, count - REAL_RUNS)));
  return { storeId, longRun, conversation };
}

async function addFiles(client: OpenAI, count: number): Promise<string> {
  const { id: storeId } = await client.vectorStores.create({ name: "Large" });
  const bar = new ProgressBar("files");
  for (let from = 0; from < count; from += FILES_PER_BATCH) {
    const numbers = Array.from({ length: Math.min(FILES_PER_BATCH, count - from) }, (_, at) => at);
    const ids = await concurrently(numbers, CLIENTS, async (at) => {
      const text = Buffer.from(`Room ${from + at} has ${at % 40} chairs.`);
      const file = await toFile(text, `room-${from + at}.md`, { type: "text/markdown" });
      return (await client.files.create({ file, purpose: "assistants" })).id;
    });
    let batch = await client.vectorStores.fileBatches.create(storeId, { file_ids: ids });
    while (batch.status === "in_progress") {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      batch = await client.vectorStores.fileBatches.retrieve(batch.id, {
        vector_store_id: storeId,
      });
    }
    bar.show(from + numbers.length, count);
  }
  return storeId;
}

async function addRuns(service: DevService, count: number): Promise<void> {
  const steps = { note: { use: "transform@1", with: { value: "${input.order}" } } };
  await post(service, "/v1/workflows", { name: "note", steps });
  const orders = Array.from({ length: count }, (_, at) => at);
  await concurrently(orders, CLIENTS, async (order) => {
    await post(service, "/v1/runs", { workflow: "note", input: { order } });
  });
  // Until the list has them all, as they ended.
  while (
    (await listRuns(service, "running")).length > 0 ||
    (await listRuns(service, "completed")).length < count
  ) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function listRuns(service: DevService, status: string): Promise<readonly unknown[]> {
  const path = `/v1/runs?workflow=note&limit=100&status=${status}`;
  const response = await fetch(service.url + path, { headers: headersOf(service) });
  return List.parse(await response.json()).data;
}

async function addLongRun(service: DevService): Promise<string> {
  const steps = Object.fromEntries(
    Array.from({ length: STEPS }, (_, at) => [
      `step_${String(at).padStart(4, "0")}`,
      { use: "transform@1", with: { value: at } },
    ]),
  );
  await post(service, "/v1/workflows", { name: "long", steps });
  const { id } = Made.parse(await post(service, "/v1/runs", { workflow: "long" }));
  for (;;) {
    const response = await fetch(`${service.url}/v1/runs/${id}`, { headers: headersOf(service) });
    if (Run.parse(await response.json()).status !== "running") return id;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function addLongAnswer(client: OpenAI): Promise<string> {
  const { id } = await client.conversations.create();
  const input = "Tell me everything. #writes-100-kb";
  await client.responses.create({ model: "scripted", input, conversation: id });
  return id;
}

const headersOf = ({ apiKey }: DevService) => ({
  authorization: `Bearer ${apiKey}`,
  "content-type": "application/json",
});

async function post(service: DevService, path: string, body: object): Promise<unknown> {
  const sent = { method: "POST", headers: headersOf(service), body: JSON.stringify(body) };
  const response = await fetch(service.url + path, sent);
  if (!response.ok) throw new Error(`POST ${path}: ${await response.text()}`);
  return await response.json();
}
