import { setTimeout as wait } from "node:timers/promises";

import { APIError, type OpenAI } from "openai";
import { z } from "zod";

import { persist } from "../kill-fuzz/persist.ts";
import { Searcher } from "./searcher.ts";
import { Town, type TownFile } from "./town.ts";
import { Writer } from "./writer.ts";

const Reindex = z.object({
  status: z.string(),
  to: z.object({ number: z.number() }),
  file_counts: z.record(z.string(), z.number()),
  comparison: z.object({ questions: z.number(), overlap_at_10: z.number().nullable() }).nullable(),
  erased: z
    .object({
      generation: z.number(),
      objects: z.number(),
      chunks: z.number(),
      vectors: z.number(),
      rows: z.number(),
    })
    .nullable(),
});
type Reindex = z.infer<typeof Reindex>;

const CHUNKS = { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } };
const PATIENCE_MS = 1_800_000;
const SEARCHERS = 2;
/** The numbers of search shards that a store is given, one after the other: it is split twice, and merged. */
const SHARD_COUNTS = [2, 5, 1];
/** Time for the searches to end that have begun before a switch. */
const SEARCH_MS = 1_500;

/** What a run of the reindex fuzz has seen. */
export type ReindexRun = {
  readonly problems: readonly string[];
  readonly searches: { readonly old: number; readonly new: number };
  readonly files: number;
  readonly deleted: number;
  readonly comparison: Reindex["comparison"];
  readonly erased: Reindex["erased"];
  readonly buildMs: number;
  /** Time of the splits and merges, copies and erasures included. */
  readonly splitMs: number;
};

/** The number of files at first, and the embedding model of the new generation: by then, another one than the store's. */
export type ReindexPlan = { readonly files: number; readonly model: string };

/** What is done between the steps of a run. */
export type ReindexHooks = {
  /** Called when the files are there, before searches and writes begin. */
  readonly onFilled?: () => Promise<void>;
  /** Called when everything has ended, before all files are searched for. */
  readonly onEnded?: () => Promise<void>;
  /** Called with the name of each step and the milliseconds that it took. */
  readonly onStep?: (name: string, ms: number) => void;
  /** Called before the old generation, which has the number `generation`, is erased. */
  readonly onSwitched?: (storeId: string, generation: number) => Promise<void>;
};

/**
 * Adds files to a store, splits its search shards and merges them, and builds a generation of its index with other chunks,
 * another embedding model and another version of the analyzer, switches to it, goes back, switches again and erases the
 * old one, while searches, ingestion and deletes go on all
 * the time.
 */
export async function runReindex(
  client: OpenAI,
  { files, model }: ReindexPlan,
  { onFilled, onSwitched, onEnded, onStep }: ReindexHooks = {},
): Promise<ReindexRun> {
  let begunAt = performance.now();
  const endStep = (name: string) => {
    const ms = performance.now() - begunAt;
    begunAt += ms;
    onStep?.(name, ms);
    return ms;
  };
  const store = await persist(() => client.vectorStores.create({ name: "reindex" }));
  const town = new Town(client, store.id);
  await town.add(files);
  endStep("files uploaded and indexed");
  await onFilled?.();
  const searchers = Array.from({ length: SEARCHERS }, () => new Searcher(town));
  const writer = new Writer(town);
  const call = (action: string, body?: object) =>
    persist(async () =>
      Reindex.parse(await client.post(`/vector_stores/${store.id}/reindex${action}`, { body })),
    );
  const until = async (isThere: (reindex: Reindex) => boolean): Promise<Reindex> => {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await wait(200)) {
      const path = `/vector_stores/${store.id}/reindex`;
      const reindex = await persist(async () => Reindex.parse(await client.get(path)));
      if (isThere(reindex)) return reindex;
    }
    throw new Error("The reindex does not go on");
  };
  let [generation, splitMs] = [1, 0];
  for (const count of SHARD_COUNTS) {
    await untilAllowed(() => call("", { search_shards: count }));
    ({ number: generation } = (await until(({ status }) => status === "ready")).to);
    await untilAllowed(() => call("/switch"));
    await wait(SEARCH_MS);
    await call("/finish");
    await until(({ status }) => status === "completed");
    splitMs += endStep(`shards: ${count}`);
  }
  await call("", { chunking_strategy: CHUNKS, embedding_model: model, analyzer_version: 2 });
  const built = await until(({ status, comparison }) => status === "ready" && comparison !== null);
  const buildMs = endStep("new generation built and compared");
  for (const action of ["/switch", "/revert", "/switch"]) {
    await untilAllowed(() => call(action));
    await wait(SEARCH_MS);
  }
  await writer.stop();
  const seen = await Promise.all(searchers.map((searcher) => searcher.stop()));
  await onSwitched?.(store.id, generation);
  await call("/finish");
  const { erased } = await until(({ status }) => status === "completed");
  endStep("switched, reverted, switched, erased");
  await onEnded?.();
  const lost = await findLost(town);
  endStep("all files searched for");
  return {
    problems: [...seen.flatMap(({ problems }) => problems), ...lost],
    searches: {
      old: seen.reduce((sum, one) => sum + one.old, 0),
      new: seen.reduce((sum, one) => sum + one.new, 0),
    },
    files: town.alive.size,
    deleted: town.gone.size,
    comparison: built.comparison,
    erased,
    buildMs,
    splitMs,
  };
}

/** Repeats an action that is refused while a copy waits. */
async function untilAllowed(act: () => Promise<unknown>): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await wait(200)) {
    try {
      await act();
      return;
    } catch (error) {
      const isConflict = error instanceof APIError && error.status === 409;
      if (!isConflict || Date.now() > deadline) throw error;
    }
  }
}

/** Files that are searched for in one request, and the results of it: more than these have chunks. */
const SEARCHED_AT_ONCE = 10;
const RESULTS = 50;

/** Finds files that searches do not find, or still find, when everything has ended. */
async function findLost({ client, storeId, alive, gone }: Town): Promise<string[]> {
  const problems: string[] = [];
  const find = async (files: readonly TownFile[]) => {
    const query = files.map(({ part }) => `torque of the part ${part}`);
    const { data } = await persist(() =>
      client.vectorStores.search(storeId, { query, max_num_results: RESULTS }),
    );
    return new Set(data.map((hit) => hit.file_id));
  };
  for (const [files, isThere] of [
    [[...alive.values()], true],
    [[...gone.values()], false],
  ] as const) {
    for (let at = 0; at < files.length; at += SEARCHED_AT_ONCE) {
      const some = files.slice(at, at + SEARCHED_AT_ONCE);
      const found = await find(some);
      for (const { fileId } of some) {
        if (found.has(fileId) === isThere) continue;
        problems.push(`${fileId} is ${isThere ? "not" : "still"} found at the end`);
      }
    }
  }
  return problems;
}
