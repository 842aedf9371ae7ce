import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import { CALM_MS, LOST_MS } from "../../../src/retrieval/followers/decide-followers.ts";
import { countAnswers, restoreFollowers, watchFollowers } from "./break-calls.ts";
import { createFollowed, listStored, openObject } from "./followed.ts";
import { createHot, type HotStore, NOTHING } from "./hot-store.ts";

const HOUR_MS = 3_600_000;

afterEach(() => {
  restoreFollowers();
  vi.restoreAllMocks();
  vi.useRealTimers();
  Object.assign(env, { SEARCH_FOLLOWERS_MAX: "3" });
});

/** Makes a store hot until it has followers. */
async function createFollowing(count: number): Promise<HotStore> {
  const store = await createHot();
  await store.add("mill");
  for (let at = 1; at <= count; at++) {
    await store.heat(2 * at + 1);
    await store.heat(2 * at + 1);
    await store.heat(2 * at + 1);
    await store.untilReady(at);
  }
  return store;
}

describe("the followers of a shard", { timeout: 60_000 }, () => {
  it("come when its queue is long, one after the other, and go when nobody asks", async ({
    expect,
  }) => {
    const store = await createHot();
    await store.add("mill");
    for (let window = 0; window < 5; window++) await store.heat(1.9);
    expect(await store.followers()).toEqual([]);

    await store.heat(9);
    await store.heat(9);
    expect(await store.followers()).toEqual([]);
    await store.heat(9);
    await store.untilReady(1);
    await store.heat(9);
    await store.untilReady(2);
    await store.heat(9);
    await store.untilReady(3);
    await store.heat(9);
    expect(await store.followers()).toMatchObject([
      { number: 1, status: "ready" },
      { number: 2, status: "ready" },
      { number: 3, status: "ready" },
    ]);
    expect((await store.stored(1)).tables).toContain("chunk");

    await store.pass(CALM_MS - 60_000);
    expect(await store.followers()).toHaveLength(3);
    await store.pass(120_000);
    await store.untilNone();
    for (const number of [1, 2, 3]) expect(await store.stored(number)).toEqual(NOTHING);
    expect(await store.find("mill")).toBeGreaterThan(0);
  });

  it("answer searches with the answers of the shard, and find what was just written", async ({
    expect,
  }) => {
    const store = await createFollowing(3);
    const question = "the mill number 3";
    const counts = countAnswers();
    const answers = new Set<string>();
    for (let search = 0; search < 40; search++) answers.add(await store.search(question));
    expect(answers.size).toBe(1);
    expect(counts).toMatchObject({ behind: 0 });
    expect(counts.leader).toBeGreaterThan(0);
    expect(counts.follower).toBeGreaterThan(counts.leader);

    for (const topic of ["barn", "pier", "kiosk", "tower"]) {
      const file = await store.add(topic);
      for (let search = 0; search < 8; search++) {
        expect(await store.find(topic)).toBeGreaterThan(0);
      }
      await store.client.vectorStores.files.delete(file, { vector_store_id: store.id });
      for (let search = 0; search < 8; search++) expect(await store.find(topic)).toBe(0);
    }
    expect(counts.behind).toBeGreaterThan(0);
  });

  it("are erased with the store", async ({ expect }) => {
    const store = await createFollowing(2);
    await store.client.vectorStores.delete(store.id);
    await store.untilNone();
    for (const number of [1, 2]) expect(await store.stored(number)).toEqual(NOTHING);
  });

  it("serve no other generation than theirs, and are erased with it", async ({ expect }) => {
    const store = await createFollowing(1);
    await store.build();
    await store.act("switch");
    // With this, the isolate learns that its plan is of the past.
    await store.search("the mill number 3");
    const counts = countAnswers();
    for (let search = 0; search < 10; search++) await store.search("the mill number 3");
    expect(counts).toMatchObject({ follower: 0, behind: 0 });
    expect(counts.leader).toBeGreaterThanOrEqual(10);
    await store.act("finish");
    await store.until("completed");
    await store.untilNone();
    expect(await store.stored(1)).toEqual(NOTHING);
  });

  it("of a generation that is kept after a switch go within a minute", async ({ expect }) => {
    const store = await createFollowing(1);
    await store.build();
    await store.act("switch");
    await store.pass(60_000);
    await store.untilNone();
    expect(await store.stored(1)).toEqual(NOTHING);
    for (let window = 0; window < 3; window++) await store.heat(3, 2);
    await vi.waitUntil(async () => (await store.stored(1, 2)).tables.length > 0);
  });

  it("are erased when the copies of the store are reconciled", async ({ expect }) => {
    const store = await createFollowing(2);
    await store.stub.reconcile({ files: "different", record: null });
    await store.untilNone();
    for (const number of [1, 2]) expect(await store.stored(number)).toEqual(NOTHING);
  });

  it("are replaced when they are not heard of", async ({ expect }) => {
    const store = await createFollowing(1);
    await runInDurableObject(store.follower(1), (_, { storage }) => storage.deleteAlarm());
    await store.pass(LOST_MS);
    await store.untilNone();
    expect(await store.stored(1)).toEqual(NOTHING);
  });

  it("are none with the bound 0, and go when it becomes 0", async ({ expect }) => {
    const store = await createFollowing(1);
    Object.assign(env, { SEARCH_FOLLOWERS_MAX: "0" });
    await evictDurableObject(store.stub);
    expect(await store.followers()).toHaveLength(1);
    await store.pass(60_000);
    await store.untilNone();
    for (let window = 0; window < 4; window++) await store.heat(9);
    expect(await store.followers()).toEqual([]);
  });
});

describe("a follower that nobody wants", { timeout: 60_000 }, () => {
  it("erases itself when its store never was, or does not list it", async ({ expect }) => {
    const followed = await createFollowed();
    for (const source of [
      followed.source(7),
      { ...followed.source(7), storeId: newId("vs_") } as const,
    ]) {
      await followed.follower(7).follow(source);
      const name = followed.nameOf(7);
      await runDurableObjectAlarm(openObject(name));
      await vi.waitUntil(async () => (await listStored(name)).tables.length === 0);
      expect(await listStored(name)).toEqual(NOTHING);
    }
  });

  it("erases itself when its shard is gone", async ({ expect }) => {
    const store = await createFollowing(1);
    await store.shardStub(1).erase();
    await runInDurableObject(store.follower(1), (_, { storage }) => {
      storage.sql.exec("UPDATE follower SET head = NULL");
    });
    await evictDurableObject(store.follower(1));
    await runDurableObjectAlarm(store.follower(1));
    await vi.waitUntil(async () => (await store.stored(1)).tables.length === 0);
    expect(await store.stored(1)).toEqual(NOTHING);
  });

  it("erases itself after an hour in which its store does not answer", async ({ expect }) => {
    vi.spyOn(console, "warn").mockReturnValue();
    const store = await createFollowing(1);
    watchFollowers((point) => {
      if (point === "before noteFollower") throw new Error("The store is away");
    });
    vi.setSystemTime(Date.now() + HOUR_MS / 2);
    await runDurableObjectAlarm(store.follower(1));
    expect((await store.stored(1)).tables).toContain("chunk");
    vi.setSystemTime(Date.now() + HOUR_MS / 2);
    await runDurableObjectAlarm(store.follower(1));
    expect(await store.stored(1)).toEqual(NOTHING);
  });
});
