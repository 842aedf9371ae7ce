import { evictDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { type WatchedModel, watchEmbeddingModel } from "../embedding-cache/embedding-project.ts";
import { createReindexed, SMALL } from "./reindexed.ts";

/** Files that are copied at a time beside files of clients. */
const BESIDE = 5;
const TOPICS = ["harbour", "library", "museum", "bridge", "tower", "castle", "gate"];
const PATIENCE = { timeout: 30_000, interval: 20 };

let model: WatchedModel;
beforeEach(() => {
  model = watchEmbeddingModel();
});
afterEach(() => void vi.restoreAllMocks());

describe("a reindex while its embedding model is away", { timeout: 90_000 }, () => {
  it("waits beside a file that waits, is paused with what was begun, and goes on", async ({
    expect,
  }) => {
    const store = await createReindexed();
    for (const topic of TOPICS) await store.add(topic);
    model.isAway = true;
    const late = await store.upload("market");
    await store.client.vectorStores.files.create(store.id, { file_id: late });
    await store.call("", { chunking_strategy: SMALL });
    const counts = async () => (await store.read()).file_counts;
    await vi.waitUntil(async () => (await counts())["checked"] === BESIDE, PATIENCE);
    // The copies are tried meanwhile, and none fails.
    await scheduler.wait(500);
    expect(await store.read()).toMatchObject({
      status: "building",
      file_counts: { total: 8, checked: BESIDE, copied: 0, waiting: BESIDE, failed: 0 },
      failures: [],
    });
    expect(await store.find("harbour")).toBeGreaterThan(0);

    expect(await store.act("pause")).toMatchObject({ status: "paused" });
    model.isAway = false;
    await vi.waitUntil(async () => (await counts())["copied"] === BESIDE, PATIENCE);
    await vi.waitUntil(
      async () =>
        (await store.client.vectorStores.retrieve(store.id)).file_counts.in_progress === 0,
      PATIENCE,
    );
    await evictDurableObject(store.stub);
    await store.stub.poke();
    await scheduler.wait(500);
    expect(await store.read()).toMatchObject({
      status: "paused",
      file_counts: { checked: BESIDE, copied: BESIDE, waiting: 0 },
    });

    expect(["building", "ready"]).toContain((await store.act("resume")).status);
    // The late file was written to both generations.
    expect(await store.until("ready")).toMatchObject({
      file_counts: { total: 8, checked: 8, copied: 7, waiting: 0, failed: 0 },
    });
    await store.act("switch");
    for (const topic of [...TOPICS, "market"]) expect(await store.find(topic)).toBeGreaterThan(1);
  });
});
