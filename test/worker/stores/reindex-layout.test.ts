import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { BEFORE_SPLITS } from "../../fakes/before-splits.ts";
import type { FakeVectorize } from "../../fakes/vectorize.ts";
import { bindIndex, CHUNKS_MIN, unbindIndex } from "../fake-indexes.ts";
import { createReindexed, SMALL } from "./reindexed.ts";

type Store = Awaited<ReturnType<typeof createReindexed>>;
const TOPICS = ["harbour", "library", "museum", "bridge", "tower", "castle"];
const QUESTIONS = ["the harbour number 3", "museum in the morning", "number 17", "opens tower"];

const rankAll = async ({ rank }: Store) => await Promise.all(QUESTIONS.map(rank));
const refusal = async (answer: Response) => ({
  status: answer.status,
  ...(await answer.json<{ error: { param: string | null; message: string } }>()).error,
});

/** Lets the shard and the writer of the index go on until the index has this many vectors. */
const untilIndexed = async (
  store: Store,
  index: FakeVectorize,
  generation: number,
  count: number,
) =>
  await vi.waitUntil(
    async () => {
      vi.setSystemTime(Date.now() + 15_000);
      await runDurableObjectAlarm(store.shardStub(generation));
      await runDurableObjectAlarm(env.VECTOR_WRITERS.getByName("vector-writer:0"));
      return index.ids.length === count;
    },
    { timeout: 20_000 },
  );
/** Runs the alarms that the end of an erased generation needs, until its reindex is completed. */
const untilErased = async (store: Store, generation: number) =>
  await vi.waitUntil(
    async () => {
      vi.setSystemTime(Date.now() + 15_000);
      await runDurableObjectAlarm(store.shardStub(generation));
      await runDurableObjectAlarm(env.VECTOR_WRITERS.getByName("vector-writer:0"));
      await runDurableObjectAlarm(store.stub);
      return (await store.read()).status === "completed";
    },
    { timeout: 20_000 },
  );
const placeOf = async ({ stub }: Store) => {
  const plan = await stub.plan([]);
  return plan.ok ? plan.value.placement : null;
};

describe("a reindex with a number of search shards", { timeout: 60_000 }, () => {
  it("spreads the files evenly, and ranks to the last bit as before, split or merged", async ({
    expect,
  }) => {
    const store = await createReindexed();
    for (const topic of TOPICS) await store.add(topic);
    const before = await rankAll(store);
    expect(before[0]?.[0]?.score).toBeGreaterThan(0.3);
    expect(await store.sizes()).toHaveLength(1);

    expect(await store.build({ search_shards: 3 })).toMatchObject({
      automatic: false,
      from: { search_shards: 1, dense_index: "auto" },
      to: { search_shards: 3, dense_index: "auto" },
    });
    expect(await rankAll(store)).toEqual(before);
    await store.act("switch");
    expect(await rankAll(store)).toEqual(before);
    const sizes = await store.sizes();
    expect(sizes).toHaveLength(3);
    expect(Math.max(...sizes)).toBe(Math.min(...sizes));
    const last = await store.add("gate");
    expect((await store.rank("gate number 3"))[0]?.fileId).toBe(last);
    const grown = await rankAll(store);

    await store.act("finish");
    expect(await store.until("completed")).toMatchObject({ erased: { objects: 1 } });
    await store.build({ search_shards: 1 });
    await store.act("switch");
    expect(await rankAll(store)).toEqual(grown);
    expect(await store.sizes()).toHaveLength(1);
    await store.act("finish");
    expect(await store.until("completed")).toMatchObject({ erased: { objects: 3 } });
    // As many as there are, where none are asked for.
    await store.build({ search_shards: 2 });
    await store.act("switch");
    await store.act("finish");
    await store.until("completed");
    expect(await store.build({ chunking_strategy: SMALL })).toMatchObject({
      to: { search_shards: 2 },
    });
  });

  it("is refused beyond the bounds, and where the chunks do not fit", async ({ expect }) => {
    const store = await createReindexed();
    for (const count of [0, 65, 1.5, "2"]) {
      const { status, param } = await refusal(await store.call("", { search_shards: count }));
      expect({ status, param }).toEqual({ status: 400, param: "search_shards" });
    }
    await store.add("harbour");
    await runInDurableObject(store.stub, (_, { storage }) => {
      storage.sql.exec("UPDATE generation_shard SET chunk_count = 500000");
    });
    expect(await refusal(await store.call("", { search_shards: 2 }))).toMatchObject({
      status: 400,
      param: "search_shards",
      message: expect.stringContaining("at least 3 search shards"),
    });
    expect((await store.fetch(`/vector_stores/${store.id}/reindex`)).status).toBe(404);
    expect((await store.call("", { search_shards: 3 })).status).toBe(200);
  });

  it("is the same when it is asked twice, and another one with another number", async ({
    expect,
  }) => {
    const store = await createReindexed();
    await store.add("harbour");
    const [one, two] = await Promise.all([
      store.call("", { search_shards: 2 }),
      store.call("", { search_shards: 2 }),
    ]);
    expect([one.status, two.status]).toEqual([200, 200]);
    await store.until("ready");
    expect(await store.build({})).toMatchObject({ to: { number: 2, search_shards: 2 } });
    expect((await store.call("", { search_shards: 3 })).status).toBe(409);
  });
});

describe("a reindex with a place of its vectors", { timeout: 60_000 }, () => {
  afterEach(() => {
    unbindIndex(0);
    vi.useRealTimers();
  });

  it("is refused where no index fits", async ({ expect }) => {
    const asked = { dense_index: "vectorize" };
    const store = await createReindexed();
    await store.add("harbour");
    const refused = async (one: Store, text: string) =>
      expect(await refusal(await one.call("", asked))).toMatchObject({
        status: 400,
        param: "dense_index",
        message: expect.stringContaining(text),
      });
    await refused(store, "binds no index");
    bindIndex(0, 1_024);
    await evictDurableObject(store.stub);
    await refused(store, "512 dimensions");
    bindIndex(0);
    await evictDurableObject(store.stub);
    await refused(await createReindexed("eu"), "jurisdiction");
    expect((await store.call("", { dense_index: "elsewhere" })).status).toBe(400);
    expect((await store.call("", asked)).status).toBe(200);
  });

  it("moves a small store to an index after the switch, and back by the next one, while it serves", async ({
    expect,
  }) => {
    const index = bindIndex(0);
    const store = await createReindexed();
    await store.add("harbour");
    const before = await rankAll(store);
    expect(await placeOf(store)).toBeNull();

    expect(await store.build({ dense_index: "vectorize" })).toMatchObject({
      from: { dense_index: "auto" },
      to: { dense_index: "vectorize" },
    });
    expect(await placeOf(store)).toBeNull();
    await store.act("switch");
    await vi.waitUntil(async () => (await placeOf(store)) !== null);
    expect(await rankAll(store)).toEqual(before);
    const { chunkCount } = await store.inspect(2);
    expect(chunkCount).toBeLessThan(CHUNKS_MIN);
    await untilIndexed(store, index, 2, chunkCount);
    await evictDurableObject(store.stub);
    expect(await placeOf(store)).toEqual({ index: 0, namespace: `${store.id}:2` });
    expect(await rankAll(store)).toEqual(before);

    await store.act("finish");
    await store.until("completed");
    await store.build({ dense_index: "shard" });
    await store.act("switch");
    expect(await placeOf(store)).toBeNull();
    for (const topic of TOPICS) await store.add(topic);
    // Large enough for an index, which it does not want.
    expect((await store.inspect(3)).chunkCount).toBeGreaterThan(CHUNKS_MIN);
    expect(await placeOf(store)).toBeNull();
    await store.act("finish");
    await untilErased(store, 2);
    expect(index.ids).toEqual([]);

    await store.build({ dense_index: "auto" });
    await store.act("switch");
    await vi.waitUntil(async () => (await placeOf(store)) !== null);
  });
});

describe("a store of the build before", () => {
  it("opens with its reindex, whose layout is unknown, and goes on", async ({ expect }) => {
    const store = await createReindexed();
    await store.add("harbour");
    await store.build();
    await store.change(BEFORE_SPLITS);
    expect(await store.read()).toMatchObject({
      status: "ready",
      automatic: false,
      from: { search_shards: null, dense_index: null },
      to: { search_shards: null, dense_index: null },
    });
    await store.act("switch");
    await store.act("finish");
    expect(await store.until("completed")).toMatchObject({ erased: { generation: 1 } });
    expect(await store.build({ search_shards: 2 })).toMatchObject({
      from: { search_shards: 1, dense_index: "auto" },
    });
  });
});
