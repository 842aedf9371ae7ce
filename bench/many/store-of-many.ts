import { toFile, type OpenAI } from "openai";

import { concurrently } from "../../scripts/client/concurrently.ts";
import { ProgressBar } from "../../scripts/terminal/progress-bar.ts";
import { watchHealth } from "../watch-health.ts";

const CLIENTS = 8;
const FILES_PER_BATCH = 500;
const POLL_MS = 100;
const SEARCHES = 10;
/** A store is deleted within this, or the purge has stopped. */
const OUTAGE_MS = 30_000;

/**
 * The mean times for each file, or for each search, in milliseconds, measured while one tenth of the files is added.
 */
export type PartCost = {
  readonly upload: number;
  readonly attach: number;
  readonly ingest: number;
  readonly search: number;
  /** The time to delete one file of this tenth. Half of its files are deleted one by one, the rest with the store. */
  readonly remove: number;
};

/** The figures of a vector store with many files. */
export type ManyFiles = {
  readonly parts: readonly PartCost[];
  /** Time until the request to delete the store is answered, in milliseconds. */
  readonly deleteStoreMs: number;
  readonly slowestHealthMs: number;
  readonly failed: number;
};

/**
 * Puts `filesMax` small files into one vector store in ten parts, searches during each part, and deletes everything.
 */
export async function measureMany(
  client: OpenAI,
  url: string,
  filesMax: number,
): Promise<ManyFiles> {
  const storeId = (await client.vectorStores.create({ name: "many" })).id;
  const size = Math.ceil(filesMax / 10);
  const bar = new ProgressBar("files");
  const watch = watchHealth(url, POLL_MS);
  const made: { costs: Omit<PartCost, "remove">; ids: string[] }[] = [];
  for (let part = 0; part < 10; part++) {
    made.push(await addPart(client, storeId, part * size, size));
    bar.show((part + 1) * size, 20 * size);
  }
  const { failed } = (await client.vectorStores.retrieve(storeId)).file_counts;
  const parts: PartCost[] = [];
  for (const { costs, ids } of made) {
    // The latter half of each part is deleted with the store.
    const some = ids.slice(0, Math.ceil(size / 2));
    const remove = await perItem(some.length, () =>
      concurrently(some, CLIENTS, (id) => client.files.delete(id)),
    );
    parts.push({ ...costs, remove });
    bar.show((10 + parts.length) * size, 20 * size);
  }
  const startedAt = performance.now();
  await client.vectorStores.delete(storeId);
  const deleteStoreMs = performance.now() - startedAt;
  await wait(Math.min(OUTAGE_MS, 5_000 + filesMax));
  bar.end(`${10 * size} files, ${failed} failed`);
  return { parts, deleteStoreMs, slowestHealthMs: await watch.stop(), failed };
}

async function addPart(client: OpenAI, storeId: string, first: number, size: number) {
  const numbers = Array.from({ length: size }, (_none, index) => first + index);
  let ids: string[] = [];
  const upload = await perItem(size, async () => {
    ids = await concurrently(numbers, CLIENTS, (number) => uploadFile(client, number));
  });
  const batches: { id: string; size: number }[] = [];
  const attach = await perItem(size, async () => {
    for (let start = 0; start < size; start += FILES_PER_BATCH) {
      const some = ids.slice(start, start + FILES_PER_BATCH);
      const batch = await client.vectorStores.fileBatches.create(storeId, { file_ids: some });
      batches.push({ id: batch.id, size: some.length });
    }
  });
  const ingest = await perItem(size, async () => {
    while ((await client.vectorStores.retrieve(storeId)).file_counts.in_progress > 0) {
      await wait(POLL_MS);
    }
  });
  const search = await perItem(SEARCHES, async () => {
    for (let number = 0; number < SEARCHES; number++) {
      await client.vectorStores.search(storeId, { query: textOf(first + number) });
    }
  });
  return { costs: { upload, attach, ingest, search }, ids };
}

async function uploadFile(client: OpenAI, number: number): Promise<string> {
  const file = await toFile(Buffer.from(textOf(number)), `note-${number}.md`, {
    type: "text/markdown",
  });
  return (await client.files.create({ file, purpose: "assistants" })).id;
}

/** Every file has words of its own and words of all. */
const textOf = (number: number) =>
  `Note ${number} of the archive. Case ${number * 7919} was closed by desk ${number % 97}.`;

async function perItem(count: number, work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / Math.max(1, count);
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
