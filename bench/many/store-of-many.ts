import { toFile, type OpenAI } from "openai";

import { concurrently } from "../../scripts/client/concurrently.ts";
import type { Service } from "../../scripts/local/service.ts";
import { ProgressBar } from "../../scripts/terminal/progress-bar.ts";
import { serviceTime } from "../service-time.ts";
import { watchHealth } from "../watch-health.ts";

const CLIENTS = 8;
const FILES_PER_BATCH = 500;
const POLL_MS = 100;
const SEARCHES = 10;
/** A store is deleted within this, or the purge has stopped. */
const OUTAGE_MS = 30_000;

/** The mean cost of one file, or of one search, in milliseconds. */
export type Cost = {
  readonly elapsed: number;
  /** CPU time of the service, which other work on the machine changes less; 0 where it is not known. */
  readonly cpu: number;
};

/** The mean costs while one tenth of the files is added, and later removed. */
export type PartCost = {
  readonly upload: Cost;
  readonly attach: Cost;
  readonly ingest: Cost;
  readonly search: Cost;
  /** To delete one file of this tenth. Half of its files are deleted one by one, the rest with the store. */
  readonly remove: Cost;
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
  { url, groupId }: Service,
  filesMax: number,
): Promise<ManyFiles> {
  const measure: Measure = async (count, work) => {
    const readCpu = serviceTime(groupId());
    const [startedAt, cpuBefore] = [performance.now(), readCpu()];
    await work();
    const elapsed = performance.now() - startedAt;
    const cpu = readCpu() - cpuBefore;
    return { elapsed: elapsed / Math.max(1, count), cpu: cpu / Math.max(1, count) };
  };
  const storeId = (await client.vectorStores.create({ name: "many" })).id;
  const size = Math.ceil(filesMax / 10);
  const bar = new ProgressBar("files");
  const watch = watchHealth(url, POLL_MS);
  const made: { costs: Omit<PartCost, "remove">; ids: string[] }[] = [];
  for (let part = 0; part < 10; part++) {
    made.push(await addPart(client, measure, storeId, part * size, size));
    bar.show((part + 1) * size, 20 * size);
  }
  const { failed } = (await client.vectorStores.retrieve(storeId)).file_counts;
  const parts: PartCost[] = [];
  for (const { costs, ids } of made) {
    // The latter half of each part is deleted with the store.
    const some = ids.slice(0, Math.ceil(size / 2));
    const remove = await measure(some.length, () =>
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

/** Runs some work on `count` files or searches, and returns the mean cost of one. */
type Measure = (count: number, work: () => Promise<unknown>) => Promise<Cost>;

async function addPart(
  client: OpenAI,
  measure: Measure,
  storeId: string,
  first: number,
  size: number,
) {
  const numbers = Array.from({ length: size }, (_none, index) => first + index);
  let ids: string[] = [];
  const upload = await measure(size, async () => {
    ids = await concurrently(numbers, CLIENTS, (number) => uploadFile(client, number));
  });
  const batches: { id: string; size: number }[] = [];
  const attach = await measure(size, async () => {
    for (let start = 0; start < size; start += FILES_PER_BATCH) {
      const some = ids.slice(start, start + FILES_PER_BATCH);
      const batch = await client.vectorStores.fileBatches.create(storeId, { file_ids: some });
      batches.push({ id: batch.id, size: some.length });
    }
  });
  const ingest = await measure(size, async () => {
    while ((await client.vectorStores.retrieve(storeId)).file_counts.in_progress > 0) {
      await wait(POLL_MS);
    }
  });
  const search = await measure(SEARCHES, async () => {
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

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
