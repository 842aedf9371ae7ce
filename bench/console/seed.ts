import type { OpenAI } from "openai";
import { toFile } from "openai";
import { z } from "zod";

import { concurrently } from "../../scripts/client/concurrently.ts";
import type { DevService } from "../../scripts/console/dev-service.ts";
import { ProgressBar } from "../../scripts/terminal/progress-bar.ts";

const CLIENTS = 16;
const FILES_PER_BATCH = 500;
const POLL_MS = 500;
/** Number of steps of the long run. */
const STEPS = 1_000;

const Made = z.object({ id: z.string() });
const Run = z.object({ status: z.string() });

/** What was put into a project: the ids by which the screens of the large things are opened. */
export type Seeded = {
  readonly storeId: string;
  readonly longRun: string;
  readonly conversation: string;
};

/** Fills a project by the API: a store of `count` files, `count` runs, a run of 1,000 steps, an answer of 100 KB. */
export async function seed(client: OpenAI, service: DevService, count: number): Promise<Seeded> {
  const longRun = await addLongRun(service);
  const conversation = await addLongAnswer(client);
  await addRuns(service, count);
  return { storeId: await addFiles(client, count), longRun, conversation };
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
  const bar = new ProgressBar("runs");
  let done = 0;
  await concurrently(
    Array.from({ length: count }, (_, at) => at),
    CLIENTS,
    async (order) => {
      await post(service, "/v1/runs", { workflow: "note", input: { order } });
      done += 1;
      if (done % 100 === 0 || done === count) bar.show(done, count);
    },
  );
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
