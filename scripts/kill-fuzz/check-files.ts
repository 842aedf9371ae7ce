import { setTimeout as wait } from "node:timers/promises";

import type { OpenAI } from "openai";

import type { Service } from "../local/service.ts";
import { persist } from "./persist.ts";
import { type ChunkCounts, readCorpus, readShards } from "./read-storage.ts";
import type { Uploaded } from "./workload.ts";

/** More than two ticks of a cron that ticks every minute. */
const PURGE_MS = 150_000;

/**
 * Finds the files that are not completed or not found by their own words, deleted ones that still are, and those that
 * were uploaded twice.
 */
export async function checkFiles(
  client: OpenAI,
  storeId: string,
  uploaded: readonly Uploaded[],
): Promise<string[]> {
  const problems: string[] = [];
  const status = new Map<string, string>();
  for await (const file of client.vectorStores.files.list(storeId, { limit: 100 })) {
    status.set(file.id, file.status);
  }
  const known = new Set(uploaded.map(({ fileId }) => fileId));
  for await (const { id } of client.files.list()) {
    if (!known.has(id)) problems.push(`${id} was uploaded twice`);
  }
  for (const { fileId, part, deleted } of uploaded) {
    const is = status.get(fileId);
    if (deleted ? is !== undefined : is !== "completed") {
      problems.push(`${fileId} (${deleted ? "deleted" : "kept"}) is ${is ?? "not listed"}`);
    }
    const query = `torque of part ${part}`;
    const { data } = await persist(() => client.vectorStores.search(storeId, { query }));
    if (data.some((hit) => hit.file_id === fileId) === deleted) {
      problems.push(`${fileId} is ${deleted ? "still" : "not"} found`);
    }
  }
  return problems;
}

/**
 * Waits until deleted files have no chunks, and lets the cron tick meanwhile, which erases what a killed deletion has
 * left. Returns the number of files that still have some after the timeout.
 */
export async function untilPurged(
  { tick }: Pick<Service, "tick">,
  folder: string,
  uploaded: readonly Uploaded[],
): Promise<number> {
  const deadline = Date.now() + PURGE_MS;
  for (;;) {
    const [record, index] = [readCorpus(folder).counts, readShards(folder)];
    const left = uploaded.filter(
      ({ fileId, deleted }) => deleted && (record.has(fileId) || index.has(fileId)),
    );
    if (left.length === 0 || Date.now() > deadline) return left.length;
    await tick();
    await wait(500);
  }
}

/**
 * Checks that a state folder has each chunk once, in the record and in the index, and none of a deleted file. Returns
 * the problems, and the number of chunks in the record.
 */
export function checkStorage(folder: string, uploaded: readonly Uploaded[]) {
  const { counts, expected } = readCorpus(folder);
  const problems = [
    ...checkChunks("the record", counts, expected, uploaded),
    ...checkChunks("the index", readShards(folder), expected, uploaded),
  ];
  const chunks = [...counts.values()].reduce((sum, one) => sum + one.chunks, 0);
  return { problems, chunks };
}

function checkChunks(
  where: string,
  counts: ChunkCounts,
  expected: ReadonlyMap<string, number>,
  uploaded: readonly Uploaded[],
): string[] {
  const problems = uploaded.flatMap(({ fileId, deleted }) => {
    const { chunks, distinct } = counts.get(fileId) ?? { chunks: 0, distinct: 0 };
    const wanted = deleted ? 0 : expected.get(fileId);
    const isRight = chunks === wanted && distinct === wanted && (deleted || chunks > 0);
    return isRight ? [] : [`${where} has ${chunks} chunks of ${fileId}, not ${wanted ?? "any"}`];
  });
  const known = new Set(uploaded.map(({ fileId }) => fileId));
  const strange = [...counts.keys()].filter((fileId) => !known.has(fileId));
  return [
    ...problems,
    ...strange.map((fileId) => `${where} has chunks of ${fileId}, which was never attached`),
  ];
}
