import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { bytesKey, textKey } from "../../../src/knowledge/scope.ts";
import { overheat } from "./overheat.ts";
import { createReindexed, SMALL } from "./reindexed.ts";
import { holdQueue } from "./store.ts";

type Store = Awaited<ReturnType<typeof createReindexed>>;

/** The least number of chunks that a search shard may be limited to. */
const CHUNKS_MAX = 100;
const QUESTIONS = ["the harbour3 number 3", "number 17", "harbour1 in the morning"];
const rankAll = async ({ rank }: Store) => await Promise.all(QUESTIONS.map(rank));

/** Creates a store whose only search shard has more chunks than the files of its limit bring, and waits for its split. */
async function createOverfull() {
  Object.assign(env, { SHARD_SPLIT_CHUNKS_MAX: "0" });
  const store = await createReindexed();
  await store.client.vectorStores.files.delete(await store.add("first"), {
    vector_store_id: store.id,
  });
  for (let at = 0; at < 4; at++) await store.add(`harbour${at}`);
  const outgrow = async () => {
    // As if the versions of before had been shorter.
    Object.assign(env, { SHARD_SPLIT_CHUNKS_MAX: "1000000" });
    await store.change("UPDATE generation_shard SET chunk_count = 160");
  };
  return { ...store, outgrow };
}

/** Makes a store whose only search shard is counted as large enough for a split. */
async function createLarge() {
  const store = await createReindexed();
  for (let at = 0; at < 3; at++) await store.add(`harbour${at}`);
  await store.change("UPDATE generation_shard SET chunk_count = 10");
  const isSplit = async () =>
    (await store.fetch(`/vector_stores/${store.id}/reindex`)).status === 200;
  return { ...store, isSplit };
}

beforeEach(() => {
  Object.assign(env, { SEARCH_SHARD_CHUNKS_MAX: String(CHUNKS_MAX) });
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("a search shard that its files have outgrown", { timeout: 60_000 }, () => {
  it("is split while the store is searched, written to and deleted from, without a client", async ({
    expect,
  }) => {
    const store = await createOverfull();
    const before = await rankAll(store);
    await store.outgrow();
    const searches = { count: 0, isStopped: false };
    const searching = Array.from({ length: 3 }, async () => {
      while (!searches.isStopped) {
        const [question = ""] = QUESTIONS;
        const found = await store.rank(question);
        searches.count++;
        // Otherwise no timer and no queue of this process has its turn.
        await scheduler.wait(5);
        const files = found.map(({ fileId }) => fileId);
        expect(new Set(files).size).toBe(files.length);
        expect(files.slice(0, 4)).toHaveLength(4);
      }
    });
    const [late, reindex] = await store
      .add("late")
      .then(async (fileId) => [fileId, await store.until("switched")] as const)
      .finally(() => (searches.isStopped = true));
    await Promise.all(searching);
    expect(searches.count).toBeGreaterThan(5);
    expect(reindex).toMatchObject({
      automatic: true,
      // The file that came late has one of its own.
      from: { search_shards: 2 },
      to: { search_shards: 4, status: "serving" },
      comparison: null,
    });
    expect((reindex.kept_until ?? 0) - Date.now() / 1_000).toBeLessThanOrEqual(60);
    expect(await store.sizes()).toHaveLength(4);
    await store.client.vectorStores.files.delete(late, { vector_store_id: store.id });
    await vi.waitUntil(async () =>
      (await store.rank("late")).every(({ fileId }) => fileId !== late),
    );
    await vi.waitUntil(async () => (await store.sizes()).reduce((sum, one) => sum + one, 0) === 4);
    expect(await rankAll(store)).toEqual(before);
    // Its client has nothing to do, and cannot go back.
    expect((await store.call("/revert")).status).toBe(409);
    expect((await store.call("", {})).status).toBe(409);
    await store.change("UPDATE reindex SET kept_until = 1");
    expect(await store.until("completed")).toMatchObject({ erased: { generation: 1, objects: 2 } });
    expect(await rankAll(store)).toEqual(before);
  });

  it("gives way to a client, and is tried again a day after it was cancelled", async ({
    expect,
  }) => {
    const store = await createOverfull();
    const before = await rankAll(store);
    await store.outgrow();
    holdQueue();
    await overheat(store.stub);
    expect(await store.until("building")).toMatchObject({ automatic: true });
    const refused = await store.call("", { chunking_strategy: SMALL });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain("cancelled for this request");
    vi.restoreAllMocks();
    await store.until("cancelled");
    expect(await rankAll(store)).toEqual(before);
    await store.change("UPDATE reindex SET ended_at = ended_at - 86000");
    await overheat(store.stub);
    expect(await store.read()).toMatchObject({ status: "cancelled" });
    expect((await store.build()).automatic).toBe(false);
    await store.act("cancel");
    await store.until("cancelled");
    await store.change("UPDATE reindex SET is_automatic = 1, ended_at = ended_at - 86400");
    await overheat(store.stub);
    expect(await store.until("switched")).toMatchObject({ automatic: true, to: { number: 6 } });
    expect(await rankAll(store)).toEqual(before);
  });

  it("is paused and resumed by a client", async ({ expect }) => {
    const store = await createOverfull();
    await store.outgrow();
    holdQueue();
    await overheat(store.stub);
    await store.until("building");
    expect(await store.act("pause")).toMatchObject({ status: "paused", automatic: true });
    vi.restoreAllMocks();
    await evictDurableObject(store.stub);
    expect(await store.read()).toMatchObject({ status: "paused" });
    await store.act("cancel");
    await store.until("cancelled");
  });

  it("is left whole if a file cannot be copied", async ({ expect }) => {
    const log = vi.spyOn(console, "warn").mockReturnValue();
    const store = await createOverfull();
    const lost = await store.add("lost");
    const { projectId } = store.scope;
    await env.FILES.delete([bytesKey(projectId, lost), textKey(projectId, lost)]);
    await runInDurableObject(store.shardStub(1), (_, { storage }) =>
      storage.sql.exec("DELETE FROM chunk WHERE file_id = ?", lost).toArray(),
    );
    await store.outgrow();
    await overheat(store.stub);
    await store.until("cancelled");
    const lines = log.mock.calls.map(([line]) => String(line));
    expect(lines.filter((line) => line.includes("store.split.cancelled"))).toHaveLength(1);
    expect(await store.find("harbour2")).toBeGreaterThan(0);
  });

  it("is left whole where that is turned off, and within an hour after a reindex", async ({
    expect,
  }) => {
    const store = await createOverfull();
    await store.outgrow();
    Object.assign(env, { SHARD_SPLIT_CHUNKS_MAX: "0" });
    await store.change("UPDATE generation_shard SET chunk_count = 170");
    await store.add("late");
    await overheat(store.stub);
    expect((await store.fetch(`/vector_stores/${store.id}/reindex`)).status).toBe(404);
    await store.build({});
    await store.act("cancel");
    await store.until("cancelled");
    Object.assign(env, { SHARD_SPLIT_CHUNKS_MAX: "1000000" });
    await store.change("UPDATE generation_shard SET chunk_count = 160");
    await store.add("later");
    expect(await store.read()).toMatchObject({ status: "cancelled", automatic: false });
    await store.change("UPDATE reindex SET ended_at = ended_at - 3600");
    await store.add("latest");
    await store.until("switched");
  });

  it("dies with its store", async ({ expect }) => {
    const store = await createOverfull();
    await store.outgrow();
    holdQueue();
    await overheat(store.stub);
    await store.until("building");
    await store.client.vectorStores.delete(store.id);
    for (const generation of [1, 2]) {
      await vi.waitUntil(async () => (await store.countChunks(generation)) === 0, {
        timeout: 10_000,
      });
      for (let number = 0; number < 4; number++) {
        await vi.waitUntil(async () => (await store.inspect(generation, number)).chunkCount === 0);
      }
    }
    expect((await store.fetch(`/vector_stores/${store.id}/reindex`)).status).toBe(404);
  });
});

describe("a hot search shard", { timeout: 30_000 }, () => {
  it("is split in two after two minutes in which searches waited", async ({ expect }) => {
    const store = await createLarge();
    const before = await rankAll(store);
    await overheat(store.stub);
    const split = await store.until("switched");
    expect(split).toMatchObject({ automatic: true, to: { search_shards: 2 } });
    expect(await rankAll(store)).toEqual(before);
    // The heat of a shard that is gone is no reason for another.
    await overheat(store.stub, { generation: 1 });
    expect(await store.read()).toMatchObject({ to: { number: 2 } });
  });

  it("is left whole if it was calm in between, if it is small, or where that is turned off", async ({
    expect,
  }) => {
    const store = await createLarge();
    await overheat(store.stub, { queues: [9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 1.9, 9] });
    await overheat(store.stub, { queues: [9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9] });
    expect(await store.isSplit()).toBe(false);
    await store.change("UPDATE generation_shard SET chunk_count = 9");
    await overheat(store.stub);
    expect(await store.isSplit()).toBe(false);
    await store.change("UPDATE generation_shard SET chunk_count = 10");
    Object.assign(env, { SHARD_SPLIT_CHUNKS_MAX: "0" });
    await overheat(store.stub);
    expect(await store.isSplit()).toBe(false);
    Object.assign(env, { SHARD_SPLIT_CHUNKS_MAX: "1000000" });
    await overheat(store.stub);
    await store.until("switched");
  });

  it("is split again a day later at the earliest, since another split may not help", async ({
    expect,
  }) => {
    const store = await createLarge();
    await overheat(store.stub);
    await store.until("switched");
    await store.change("UPDATE reindex SET kept_until = 1");
    await store.until("completed");
    await store.change("UPDATE generation_shard SET chunk_count = 10");
    await store.change("UPDATE reindex SET ended_at = ended_at - 86000");
    await overheat(store.stub, { generation: 2 });
    expect(await store.read()).toMatchObject({ to: { number: 2 } });
    await store.change("UPDATE reindex SET ended_at = ended_at - 400");
    await overheat(store.stub, { generation: 2 });
    expect(await store.until("switched")).toMatchObject({ to: { number: 3, search_shards: 4 } });
  });
});
