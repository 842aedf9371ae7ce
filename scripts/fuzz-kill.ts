/**
 * `npm run fuzz:kill`: workerd is killed with SIGKILL every few seconds while files are ingested, some of them
 * deleted, and questions answered. Each request is repeated under its idempotency key until it is answered. At the end
 * everything is terminal, each file is there once, each question is answered once, and storage holds each chunk once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import OpenAI from "openai";

import { Killer } from "./kill-fuzz/killer.ts";
import { persist } from "./kill-fuzz/persist.ts";
import { readCorpus, readShards, type ChunkCounts } from "./kill-fuzz/read-storage.ts";
import {
  askAll,
  countAnswers,
  ingest,
  untilTerminal,
  type Uploaded,
} from "./kill-fuzz/workload.ts";
import { readCommandLine } from "./local/command-line.ts";
import { freePort } from "./local/port.ts";
import { startService } from "./local/service.ts";
import { FUZZ_KILL } from "./local/test-commands.ts";
import { table } from "./terminal/table.ts";

/** Two and a half ticks of the cron, which ticks every minute. */
const PURGE_MS = 150_000;

const isShort = readCommandLine(FUZZ_KILL, ({ values }) => values.has("short"));
const [files, questions, intervalMs] = isShort ? [60, 60, 2_000] : [300, 300, 3_000];
const folder = mkdtempSync(join(tmpdir(), "edgewise-kill-"));
const service = await startService({ folder, port: await freePort(), output: "file" });
const client = new OpenAI({
  baseURL: `${service.url}/v1`,
  apiKey: service.secrets.apiKey,
  maxRetries: 0,
  timeout: 10_000,
});
const problems: string[] = [];
try {
  const store = await client.vectorStores.create({ name: "kill" });
  const killer = new Killer(service, intervalMs);
  const startedAt = performance.now();
  const [uploaded, asked] = await Promise.all([
    ingest(client, store.id, files),
    askAll(client, store.id, questions),
  ]);
  // Kills continue, since work continues in the background.
  const kills = await killer.stop(isShort ? 3 : 10);
  if (!(await untilTerminal(client, store.id))) problems.push("files are still in progress");
  const answers = await countAnswers(client, asked);
  if (answers.once !== questions) problems.push(`answers: ${JSON.stringify(answers)}`);
  const seconds = (performance.now() - startedAt) / 1000;

  await checkFiles(store.id, uploaded);
  const left = await untilPurged(uploaded);
  await service.stop();
  const { counts, expected } = readCorpus(folder);
  checkChunks("the record", counts, expected, uploaded);
  checkChunks("the index", readShards(folder), expected, uploaded);
  const deleted = uploaded.filter((file) => file.deleted).length;
  console.log(
    table([
      ["what", ""],
      ["files ingested, of them deleted meanwhile", `${uploaded.length}, ${deleted}`],
      ["questions answered once, twice, never", Object.values(answers).join(", ")],
      ["workerd killed", `${kills.count} times in ${seconds.toFixed(0)} s`],
      ["slowest return of the service", `${(kills.slowestRecoveryMs / 1000).toFixed(1)} s`],
      ["chunks in the record", String(total(counts))],
      ["deleted files with chunks left", String(left)],
      ["problems", String(problems.length)],
    ]),
  );
  for (const problem of problems.slice(0, 20)) console.log(`- ${problem}`);
} finally {
  await service.stop();
}
if (problems.length > 0) console.log(`The state is kept in ${folder}.`);
else rmSync(folder, { recursive: true, force: true });
process.exit(problems.length > 0 ? 1 : 0);

/** Checks that files are completed and found by their own words, and that deleted files are not. */
async function checkFiles(storeId: string, uploaded: readonly Uploaded[]): Promise<void> {
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
}

/** Waits until deleted files have no chunks. Returns the number of files that still have some after the timeout. */
async function untilPurged(uploaded: readonly Uploaded[]): Promise<number> {
  const deadline = Date.now() + PURGE_MS;
  for (;;) {
    const [record, index] = [readCorpus(folder).counts, readShards(folder)];
    const left = uploaded.filter(
      ({ fileId, deleted }) => deleted && (record.has(fileId) || index.has(fileId)),
    );
    if (left.length === 0 || Date.now() > deadline) return left.length;
    await wait(500);
  }
}

function checkChunks(
  where: string,
  counts: ChunkCounts,
  expected: ReadonlyMap<string, number>,
  uploaded: readonly Uploaded[],
): void {
  for (const { fileId, deleted } of uploaded) {
    const { chunks, distinct } = counts.get(fileId) ?? { chunks: 0, distinct: 0 };
    const wanted = deleted ? 0 : expected.get(fileId);
    if (chunks !== wanted || distinct !== wanted || (!deleted && chunks === 0)) {
      problems.push(`${where} has ${chunks} chunks of ${fileId}, not ${wanted ?? "any"}`);
    }
  }
  const known = new Set(uploaded.map(({ fileId }) => fileId));
  for (const fileId of counts.keys()) {
    if (!known.has(fileId))
      problems.push(`${where} has chunks of ${fileId}, which was never attached`);
  }
}

function total(counts: ChunkCounts): number {
  return [...counts.values()].reduce((sum, { chunks }) => sum + chunks, 0);
}
