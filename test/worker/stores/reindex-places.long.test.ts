import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { CORPORA, fill, fillUntilErased, makeRoom, prefer } from "../corpus/full-database.ts";
import { bindIndex, CHUNKS_MIN, unbindIndex } from "../fake-indexes.ts";
import { settle } from "./reconcilable.ts";
import { createReindexed, SMALL } from "./reindexed.ts";

const PATIENCE = { timeout: 15_000, interval: 20 };
const TOPICS = ["harbour", "library", "museum", "station"] as const;

const COUNT_CHUNKS = `SELECT
  (SELECT count(*) FROM chunk WHERE store_id = ?1 AND generation = ?2)
  + (SELECT count(only_chunk) FROM document WHERE store_id = ?1 AND generation = ?2) AS n`;

/** Counts the chunks of a generation in each corpus database. */
const countChunks = (storeId: string, generation: number): Promise<number[]> =>
  Promise.all(
    CORPORA.map(async (corpus) =>
      Number(await corpus.prepare(COUNT_CHUNKS).bind(storeId, generation).first("n")),
    ),
  );

afterEach(() => makeRoom());

describe("a reindex of a store whose corpus database is full", () => {
  it("erases the old generation there, and makes room by it", async ({ expect }) => {
    await prefer(0);
    const store = await createReindexed();
    await store.add("harbour");
    await store.build();
    await store.act("switch");
    const [before = 0, none] = await countChunks(store.id, 1);
    expect([before > 0, none]).toEqual([true, 0]);
    const rows = (await store.countRows(1, "document")) + (await store.countRows(1, "chunk"));

    await fill(env.CORPUS_0);
    await fillUntilErased(env.CORPUS_0);
    await store.act("finish");
    expect(await store.until("completed")).toMatchObject({
      erased: { generation: 1, objects: 1, chunks: before, vectors: before, rows },
    });
    expect(await countChunks(store.id, 1)).toEqual([0, 0]);
    expect(await store.countRows(1, "document")).toBe(0);
    const refused = await env.CORPUS_0.prepare(
      "SELECT generation FROM erased_index WHERE store_id = ?",
    )
      .bind(store.id)
      .first("generation");
    expect(refused).toBe(1);
    expect(await store.find("harbour")).toBeGreaterThan(1);
  });

  it("moves both copies of a file that is indexed meanwhile to another database", async ({
    expect,
  }) => {
    await prefer(0);
    const store = await createReindexed();
    const [harbour] = [await store.add("harbour"), await store.add("library")];
    await store.build();
    const stayed = [await countChunks(store.id, 1), await countChunks(store.id, 2)];
    expect(stayed.every(([here = 0, there]) => here > 1 && there === 0)).toBe(true);

    await fill(env.CORPUS_0);
    await store.client.vectorStores.files.create(store.id, {
      file_id: harbour,
      chunking_strategy: {
        type: "static",
        static: { max_chunk_size_tokens: 150, chunk_overlap_tokens: 0 },
      },
    });
    await settle(store.client, store.id);
    await untilPurged(store.stub);
    const moved = [await countChunks(store.id, 1), await countChunks(store.id, 2)];
    for (const [at, [here = 0, there = 0]] of moved.entries()) {
      // The library is left behind.
      expect([at, here > 0, here < (stayed[at]?.[0] ?? 0), there > 1]).toEqual([
        at,
        true,
        true,
        true,
      ]);
    }
    // The sizes that were given with the file are its sizes in both.
    expect(moved[0]?.[1]).toBe(moved[1]?.[1]);
    for (const action of ["switch", "revert"]) {
      await store.act(action);
      for (const topic of ["harbour", "library"])
        expect(await store.find(topic)).toBeGreaterThan(0);
    }

    await store.client.vectorStores.files.delete(harbour, { vector_store_id: store.id });
    await untilPurged(store.stub);
    expect((await countChunks(store.id, 1))[1]).toBe(0);
    expect((await countChunks(store.id, 2))[1]).toBe(0);
  });
});

/** Waits until a store has purged what it has to. */
const untilPurged = (stub: DurableObjectStub) =>
  vi.waitUntil(
    () =>
      runInDurableObject(stub, (_object, { storage }) => {
        const left = "SELECT count(*) AS n FROM tombstone WHERE purged < 2";
        return storage.sql.exec(left).one()["n"] === 0;
      }),
    PATIENCE,
  );

describe("a reindex of a store whose vectors are in a vector index", { timeout: 60_000 }, () => {
  it("has the new generation placed after the switch, and the old one's vectors deleted", async ({
    expect,
  }) => {
    const index = bindIndex(0);
    const store = await createReindexed();
    /** Counts the vectors in the index by their generations. */
    const count = () =>
      [1, 2].map(
        (generation) =>
          index.ids.filter((id) => id.startsWith(`${store.id}:${generation}:`)).length,
      );
    const place = async () => {
      const plan = await store.stub.plan([], []);
      return plan.ok ? (plan.value.placement?.namespace ?? null) : null;
    };
    const pass = async (ms = 15_000, rounds = 6) => {
      for (let round = 0; round < rounds; round++) {
        vi.setSystemTime(Date.now() + ms);
        for (const generation of [1, 2]) await runDurableObjectAlarm(store.shardStub(generation));
        await runDurableObjectAlarm(env.VECTOR_WRITERS.getByName("vector-writer:0"));
      }
    };
    const isAtRest = () =>
      runInDurableObject(store.stub, (_, { storage: { sql } }) => {
        const claimed = sql.exec("SELECT 1 FROM kernel_step WHERE phase = 'claimed'").toArray();
        return claimed.length === 0;
      });
    const findAll = async () => {
      for (const topic of TOPICS) expect(await store.find(topic)).toBeGreaterThan(0);
    };
    for (const topic of TOPICS) await store.add(topic);
    await vi.waitUntil(async () => (await place()) === `${store.id}:1`, PATIENCE);
    await pass();
    const [old = 0] = count();
    expect(old).toBeGreaterThanOrEqual(CHUNKS_MIN);
    expect(count()).toEqual([old, 0]);

    await store.build({ chunking_strategy: SMALL });
    await pass();
    expect([await place(), count()]).toEqual([`${store.id}:1`, [old, 0]]);
    await findAll();

    await store.act("switch");
    await findAll();
    await vi.waitUntil(async () => (await place()) === `${store.id}:2`, PATIENCE);
    await pass();
    const { chunkCount } = await store.inspect(2);
    expect(count()).toEqual([old, chunkCount]);
    const { queries } = index;
    await findAll();
    expect(index.queries).toBe(queries + TOPICS.length);

    // The way back is to vectors that are still there.
    await store.act("revert");
    expect(await place()).toBe(`${store.id}:1`);
    await findAll();
    await store.act("switch");
    index.isAway = true;
    await store.act("finish");
    // The shards are erased, and the record says what is still in the index.
    const none = { deleted: 0, pending: old };
    await vi.waitUntil(async () => (await store.inspect(1)).chunkCount === 0, PATIENCE);
    for (let round = 0; round < 4; round++) {
      await pass(900_000);
      await runDurableObjectAlarm(store.stub);
      await vi.waitUntil(isAtRest, PATIENCE);
      expect(count()).toEqual([old, chunkCount]);
      const away = { status: "erasing", ended_at: null, erased: { vectorize: none } };
      expect(await store.read()).toMatchObject(away);
      await findAll();
    }
    index.isAway = false;
    const ended = await vi.waitUntil(async () => {
      const reindex = await store.read();
      if (reindex.status === "completed") return reindex;
      const { deleted = 0, pending: left = 0 } = reindex.erased?.vectorize ?? {};
      expect(deleted + left).toBe(old);
      await pass(15_000, 1);
      await runDurableObjectAlarm(store.stub);
      // A step whose lease ends while it works is begun again, for as long as the clock runs faster than the work.
      await vi.waitUntil(isAtRest, PATIENCE);
      return null;
    }, PATIENCE);
    expect(ended.erased).toMatchObject({ vectors: old, vectorize: { deleted: old, pending: 0 } });
    expect(count()).toEqual([0, chunkCount]);
    await findAll();
    unbindIndex(0);
  });
});
