import { evictDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { type WatchedModel, watchEmbeddingModel } from "../embedding-cache/embedding-project.ts";
import { settle } from "./reconcilable.ts";
import { createReindexed, SMALL } from "./reindexed.ts";

const TOPICS = ["harbour", "library", "museum"];
const PATIENCE = { timeout: 20_000, interval: 20 };

let model: WatchedModel;
beforeEach(() => {
  model = watchEmbeddingModel();
});
afterEach(() => void vi.restoreAllMocks());

/** A store with files whose reindex is in a state. While it is built or paused, its copies wait for their model. */
async function createIn(state: "building" | "paused" | "ready") {
  const store = await createReindexed();
  for (const topic of TOPICS) await store.add(topic);
  model.isAway = state !== "ready";
  await store.call("", { chunking_strategy: SMALL });
  if (state === "paused") await store.act("pause");
  await store.until(state);
  return store;
}

describe("a reindex that is cancelled", { timeout: 60_000 }, () => {
  it.for(["building", "paused", "ready"] as const)(
    "while it is %s leaves nothing, and the store as it was",
    async (state, { expect }) => {
      const store = await createIn(state);
      const before = (await store.inspect(1)).files;
      expect(["cancelling", "cancelled"]).toContain((await store.act("cancel")).status);
      await evictDurableObject(store.stub);
      // Asked again, it is the same.
      expect(["cancelling", "cancelled"]).toContain((await store.act("cancel")).status);
      const ended = await store.until("cancelled");
      expect(ended.erased).toMatchObject({ generation: 2, vectorize: null });
      expect(ended.erased?.objects).toBe(state === "ready" ? 1 : 0);

      model.isAway = false;
      // Copies that were on their way when it was cancelled come too late.
      await scheduler.wait(1_000);
      expect([await store.countRows(2, "chunk"), await store.countRows(2, "document")]).toEqual([
        0, 0,
      ]);
      expect((await store.inspect(2)).chunkCount).toBe(0);
      expect((await store.inspect(1)).files).toEqual(before);
      for (const topic of TOPICS) expect(await store.find(topic)).toBeGreaterThan(0);
      expect(await store.build()).toMatchObject({ to: { number: 4 }, file_counts: { copied: 3 } });
    },
  );
});

describe("a store that is deleted while its reindex", { timeout: 60_000 }, () => {
  it.for(["building", "paused"] as const)(
    "is %s is erased with both generations",
    async (state, { expect }) => {
      const store = await createIn(state);
      await store.client.vectorStores.delete(store.id);
      model.isAway = false;
      await vi.waitUntil(async () => (await store.countRows(1, "chunk")) === 0, PATIENCE);
      await scheduler.wait(1_000);
      for (const generation of [1, 2]) {
        expect((await store.inspect(generation)).chunkCount).toBe(0);
        expect(await store.countRows(generation, "chunk")).toBe(0);
      }
      expect((await store.fetch(`/vector_stores/${store.id}/reindex`)).status).toBe(404);
    },
  );
});

/** Searches, and returns the reason for which only words were matched; null if they were not. */
const isDegraded = async ({ client, id }: Awaited<ReturnType<typeof createReindexed>>) => {
  const search = client.vectorStores.search(id, { query: "When does the harbour open?" });
  return (await search.withResponse()).response.headers.get("x-edgewise-degraded");
};

describe("a model that makes vectors of other dimensions by now", { timeout: 60_000 }, () => {
  it("fits into a new generation, which mends the store", async ({ expect }) => {
    const store = await createReindexed();
    for (const topic of TOPICS) await store.add(topic);
    model.dimensions = 12;
    expect(await isDegraded(store)).toBe("dimensions_changed");
    await store.build();
    expect(await isDegraded(store)).toBe("dimensions_changed");
    await store.act("switch");
    expect(await isDegraded(store)).toBeNull();
    for (const topic of TOPICS) expect(await store.find(topic)).toBeGreaterThan(1);
    // The way back is to the vectors of before, which questions do not fit.
    await store.act("revert");
    expect(await isDegraded(store)).toBe("dimensions_changed");
    expect(await store.find("library")).toBeGreaterThan(0);
  });

  it("lets a file wait for both generations, and is taken again when it is as before", async ({
    expect,
  }) => {
    const store = await createIn("ready");
    const late = await store.upload("market");
    model.dimensions = 12;
    await store.client.vectorStores.files.create(store.id, { file_id: late });
    const read = () =>
      store.client.vectorStores.files.retrieve(late, { vector_store_id: store.id });
    await vi.waitUntil(async () => (await read()).last_error !== null, PATIENCE);
    expect(await read()).toMatchObject({
      status: "in_progress",
      last_error: { message: expect.stringContaining("makes vectors of 12 dimensions now") },
    });
    model.dimensions = null;
    await settle(store.client, store.id);
    await store.act("switch");
    for (const topic of [...TOPICS, "market"]) expect(await store.find(topic)).toBeGreaterThan(1);
    expect(await isDegraded(store)).toBeNull();
  });
});
