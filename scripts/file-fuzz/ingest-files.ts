import { setTimeout as wait } from "node:timers/promises";

import { APIConnectionError, APIError, type OpenAI, toFile } from "openai";

import { concurrently } from "../client/concurrently.ts";
import { type DamagedFile, FileDamager } from "./damage-files.ts";

/** A failure of the service, and the files that were being read at that time. */
export type Problem = { readonly problem: string; readonly files: readonly DamagedFile[] };

/** The endings of the damaged files, counted by format and reason, and the problems. */
export type IngestReport = {
  readonly endings: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly files: number;
  readonly slowestMs: number;
  readonly problems: readonly Problem[];
};

const GROUP = 20;
const GROUPS_AT_ONCE = 3;
const UPLOADS_AT_ONCE = 5;
/** A file that takes longer hangs. */
const FILE_MS_MAX = 30_000;
/** All files of a group take this long at most, each of them some milliseconds and few of them seconds. */
const GIVE_UP_MS = 120_000;
const GROUP_MS_MAX = 240_000;

/** The options of `ingestDamaged`. */
export type IngestOptions = {
  readonly client: OpenAI;
  readonly storeId: string;
  readonly seed: string;
  readonly count: number;
  /** Only files whose names contain this. */
  readonly only: string;
  readonly onProgress: (files: number) => void;
};

/** Uploads damaged files, attaches them to a vector store, and records how each of them ends. */
export async function ingestDamaged(options: IngestOptions): Promise<IngestReport> {
  const { client, storeId, seed, count, only, onProgress } = options;
  const endings = new Endings();
  const damager = new FileDamager(seed);
  const groups = Array.from({ length: Math.ceil(count / GROUP) }, (_, group) => group * GROUP);
  await concurrently(groups, GROUPS_AT_ONCE, async (first) => {
    const numbers = Array.from({ length: Math.min(GROUP, count - first) }, (_, at) => first + at);
    const files = await Promise.all(numbers.map((number) => damager.damageFile(number)));
    const wanted = files.filter(({ name }) => name.includes(only));
    if (wanted.length > 0) await ingestGroup(client, storeId, wanted, endings);
    onProgress(endings.files);
  });
  return endings;
}

class Endings implements IngestReport {
  readonly endings = new Map<string, Map<string, number>>();
  readonly problems: Problem[] = [];
  files = 0;
  slowestMs = 0;

  /** Counts a file that ended for a reason. */
  add({ format }: DamagedFile, reason: string, ms: number): void {
    const reasons = this.endings.get(format) ?? new Map<string, number>();
    this.endings.set(format, reasons.set(reason, (reasons.get(reason) ?? 0) + 1));
    this.files++;
    this.slowestMs = Math.max(this.slowestMs, ms);
  }
}

async function ingestGroup(
  client: OpenAI,
  storeId: string,
  group: readonly DamagedFile[],
  endings: Endings,
): Promise<void> {
  const problem = await attempt(async () => {
    const ids = await concurrently(group, UPLOADS_AT_ONCE, async ({ name, bytes }) => {
      const file = await toFile(bytes, name);
      return (await client.files.create({ file, purpose: "assistants" })).id;
    });
    const waiting = new Map(ids.map((id, at) => [id, group[at]]));
    const startedAt = performance.now();
    const { id } = await client.vectorStores.fileBatches.create(storeId, { file_ids: ids });
    await followBatch(client, { storeId, batchId: id, waiting, startedAt }, endings);
  });
  if (problem !== null) endings.problems.push({ problem, files: group });
}

/** Does the work of a group. Returns a problem if a call of the API fails, or an answer never ends. */
async function attempt(work: () => Promise<void>): Promise<string | null> {
  const deadline = new AbortController();
  const overdue = wait(GROUP_MS_MAX, "an answer of the service never ended", {
    signal: deadline.signal,
  });
  try {
    return await Promise.race([work().then(() => null), overdue]);
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    const isAway = error instanceof APIConnectionError;
    const problem = isAway ? "the service did not answer" : `an answer ${error.status}`;
    return `${problem}: ${error.message}`;
  } finally {
    deadline.abort();
    overdue.catch(() => {});
  }
}

type Followed = {
  readonly storeId: string;
  readonly batchId: string;
  /** The files that have not ended yet, by id. */
  readonly waiting: Map<string, DamagedFile | undefined>;
  readonly startedAt: number;
};

async function followBatch(client: OpenAI, followed: Followed, endings: Endings): Promise<void> {
  const { storeId, batchId, waiting, startedAt } = followed;
  for (;;) {
    await wait(100);
    const ms = performance.now() - startedAt;
    const listed = await client.vectorStores.fileBatches.listFiles(batchId, {
      vector_store_id: storeId,
      limit: 100,
    });
    for (const { id, status, last_error: error } of listed.data) {
      const file = waiting.get(id);
      if (!file || status === "in_progress") continue;
      waiting.delete(id);
      const reason = error?.message ?? status;
      endings.add(file, reason, ms);
      const isReason = status === "completed" || (error?.message ?? "").length > 0;
      if (!isReason || error?.code === "server_error" || status === "cancelled") {
        endings.problems.push({ problem: `ended as ${status}: ${reason}`, files: [file] });
      } else if (ms > FILE_MS_MAX) {
        endings.problems.push({ problem: `took ${Math.round(ms / 1_000)} s`, files: [file] });
      }
    }
    if (waiting.size === 0) return;
    if (ms < GIVE_UP_MS) continue;
    const files = [...waiting.values()].filter((file) => file !== undefined);
    endings.problems.push({ problem: `still in progress after ${GIVE_UP_MS / 1_000} s`, files });
    return;
  }
}
