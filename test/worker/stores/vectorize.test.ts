import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { toFile } from "openai";
import { beforeAll, describe, it, vi } from "vitest";
import { z } from "zod";

import { shardName } from "../../../src/knowledge/scope.ts";
import type { FakeVectorize } from "../../fakes/vectorize.ts";
import { bindIndex, CHUNKS_MIN, unbindIndex } from "../fake-indexes.ts";
import { createProject, type TestProject } from "../project.ts";
import { storeStub } from "./store.ts";

const Answer = z.object({
  data: z.array(z.object({ file_id: z.string() })),
  shards: z.array(z.object({ dense: z.string().nullable() })),
});

/** A store whose files have one chunk each. */
async function openStore({ client, fetch, scope }: TestProject) {
  const { id: store } = await client.vectorStores.create({});
  const storeId = `vs_${store.slice(3)}` as const;
  const shard = () => env.SEARCH_SHARDS.getByName(shardName(scope, storeId, 1, 0));
  return {
    storeId,
    add: async (text: string) => {
      const file = await toFile(Buffer.from(text), "notes.txt");
      const uploaded = await client.files.create({ file, purpose: "assistants" });
      await client.vectorStores.files.createAndPoll(store, { file_id: uploaded.id });
      return uploaded.id;
    },
    remove: async (file: string) => {
      await client.vectorStores.files.delete(file, { vector_store_id: store });
    },
    end: async () => {
      await client.vectorStores.delete(store);
    },
    search: async (query: string) => {
      const response = await fetch(`/vector_stores/${store}/search`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          query,
          explain: true,
          ranking_options: { hybrid_search: { embedding_weight: 1, text_weight: 1 } },
        }),
      });
      const { data, shards } = Answer.parse(await response.json());
      return { files: data.map(({ file_id: id }) => id), tiers: shards.map(({ dense }) => dense) };
    },
    place: async () => {
      const plan = await storeStub(scope, storeId).plan([]);
      return plan.ok ? plan.value.placement : null;
    },
    isEmpty: async () => (await shard().inspect()).chunkCount === 0,
    /** Reads when no index had room for the store, in Unix seconds; 0 if one had. */
    refusedAt: () =>
      runInDurableObject(storeStub(scope, storeId), (_, { storage }) =>
        Number(storage.sql.exec("SELECT refused_at FROM dense_placement").one()["refused_at"]),
      ),
    /** Runs the alarms of the shard, and of the writer of the index, `ms` later. */
    pass: async (ms: number) => {
      vi.setSystemTime(Date.now() + ms);
      await runDurableObjectAlarm(shard());
      await runDurableObjectAlarm(env.VECTOR_WRITERS.getByName("vector-writer:0"));
    },
  };
}

describe("a store that grows", { timeout: 60_000 }, () => {
  let project: TestProject;
  let index: FakeVectorize;
  let other: FakeVectorize;
  let store: Awaited<ReturnType<typeof openStore>>;
  const files: string[] = [];
  beforeAll(async () => {
    index = bindIndex(0);
    other = bindIndex(1, 1_024);
    project = await createProject();
    store = await openStore(project);
  });

  it("stays in its shards while it is small", async ({ expect }) => {
    for (let at = 1; at < CHUNKS_MIN; at++) files.push(await store.add(`note number${at} tea`));
    expect(await store.place()).toBeNull();
    expect((await store.search("number1")).tiers).toEqual(["exact"]);
  });

  it("moves to the index of its dimensions when it is large, and serves meanwhile", async ({
    expect,
  }) => {
    const last = await store.add("note of the blue teapot");
    files.push(last);
    await vi.waitUntil(async () => (await store.place()) !== null, { timeout: 10_000 });
    expect(await store.place()).toEqual({ index: 0, namespace: `${store.storeId}:1` });
    expect((await store.search("blue teapot")).files[0]).toBe(last);
    for (let round = 0; round < 6; round++) {
      await store.pass(15_000);
      expect((await store.search("blue teapot")).files[0]).toBe(last);
    }
    expect(index.ids).toHaveLength(CHUNKS_MIN);
    expect(other.ids).toEqual([]);
  });

  it("asks the index for its searches, and goes on without it", async ({ expect }) => {
    const { queries } = index;
    const found = await store.search("blue teapot");
    expect(index.queries).toBe(queries + 1);
    index.isAway = true;
    expect(await store.search("blue teapot")).toEqual(found);
    index.isAway = false;
  });

  it("does not find a removed file, and has its vector deleted", async ({ expect }) => {
    const [first = ""] = files.splice(0, 1);
    await store.remove(first);
    expect((await store.search("number1")).files).not.toContain(first);
    for (let round = 0; round < 6; round++) await store.pass(15_000);
    expect(index.ids).toHaveLength(CHUNKS_MIN - 1);
  });

  it("leaves the index when it is small again", async ({ expect }) => {
    for (const file of files.splice(0, 2)) await store.remove(file);
    await vi.waitUntil(async () => (await store.place()) === null, { timeout: 10_000 });
    for (let round = 0; round < 6; round++) await store.pass(15_000);
    expect(index.ids).toEqual([]);
    expect((await store.search("blue teapot")).files).toEqual(files);
  });

  it("comes back a day later at the earliest, when nothing of before can come back to it", async ({
    expect,
  }) => {
    for (let at = 1; at < CHUNKS_MIN; at++) files.push(await store.add(`more number${at} coffee`));
    await vi.waitUntil(async () => (await store.refusedAt()) > 0, { timeout: 10_000 });
    expect(await store.place()).toBeNull();
    for (const hours of [1, 4, 12, 8]) await store.pass(hours * 3_600_000);
    files.push(await store.add("another coffee"));
    await vi.waitUntil(async () => (await store.place()) !== null, { timeout: 10_000 });
    for (let round = 0; round < 6; round++) await store.pass(15_000);
    expect(index.ids).toHaveLength(files.length);
  });

  it.for([40_000, 600_000])(
    "is erased from the index with its end, though a write takes effect again %i ms later",
    async (ms, { expect }) => {
      const ended = await openStore(project);
      index.faults.repeated.set(index.batches.length + 1, ms);
      for (let at = 1; at <= CHUNKS_MIN; at++) await ended.add(`other number${at} milk`);
      await vi.waitUntil(async () => (await ended.place()) !== null, { timeout: 10_000 });
      const left = () => index.ids.filter((id) => id.startsWith(ended.storeId));
      while (left().length < CHUNKS_MIN) await ended.pass(2_000);
      const effectAt = Date.now();
      await ended.end();
      await vi.waitUntil(() => ended.isEmpty());
      while (left().length > 0) await ended.pass(2_000);
      const passed = Date.now() - effectAt;
      await ended.pass(Math.max(0, ms - passed));
      expect(left()).toHaveLength(CHUNKS_MIN);
      for (let round = 0; round < 40; round++) await ended.pass(60_000);
      expect(left()).toEqual([]);
    },
  );

  it("stays in its shards in a jurisdiction, since Vectorize has none", async ({ expect }) => {
    const inside = await openStore(await createProject("eu"));
    for (let at = 0; at <= CHUNKS_MIN; at++) await inside.add(`inside number${at}`);
    expect(await inside.place()).toBeNull();
  });

  it("stays in its shards while no index has its dimensions", async ({ expect }) => {
    unbindIndex(0);
    const without = await openStore(await createProject());
    for (let at = 0; at <= CHUNKS_MIN; at++) await without.add(`without number${at}`);
    expect(await without.place()).toBeNull();
    expect((await without.search("number2")).tiers).toEqual(["exact"]);
  });
});
