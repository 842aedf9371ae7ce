import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { EmbeddingCacheObject } from "../../../src/index.ts";
import { callAsOperator } from "../operator.ts";
import { createReindexed } from "../stores/reindexed.ts";
import {
  cacheStub,
  createEmbeddingProject,
  type WatchedModel,
  watchEmbeddingModel,
} from "./embedding-project.ts";

const HERON = "# Birds\n\nA heron stands in the river, and waits for fish.";
const FERRY = "# Boats\n\nThe ferry to the island leaves at seven.";
const DAY_MS = 86_400_000;

let model: WatchedModel;
beforeEach(() => {
  model = watchEmbeddingModel();
});
afterEach(() => void vi.restoreAllMocks());

describe("a text that was embedded", () => {
  it("costs no call in a second store, another file, or an index that is made again", async ({
    expect,
  }) => {
    const { upload, index, settled, client, search, figures } = await createEmbeddingProject();
    const file = await upload(HERON);
    const first = await index(file);
    const found = await search(first, "Where does a heron stand?");
    const asked = [...model.asked];
    expect(asked).toHaveLength(2);

    const second = await index(file);
    const third = await index(await upload(HERON, "copy.md"));
    await client.post(`/vector_stores/${first}/files/${file}/reingest`, { body: {} });
    await settled(first);
    expect(model.asked).toEqual(asked);

    for (const store of [first, second, third]) {
      const again = await search(store, "Where does a heron stand?");
      expect(again.data.map(({ score, content }) => ({ score, content }))).toEqual(
        found.data.map(({ score, content }) => ({ score, content })),
      );
    }
    expect(model.asked).toEqual(asked);
    // The passage was new once, and known three times; the question was new once, and known three times.
    expect(await figures()).toMatchObject({ vectors: 2, hits: 6, misses: 2 });
  });

  it("costs no call of the embeddings route, with the same vectors and usage", async ({
    expect,
  }) => {
    const { client, figures } = await createEmbeddingProject();
    const name = env.EMBEDDING_MODEL;
    const input = ["A heron stands.", "The ferry leaves.", "A heron stands."];
    const first = await client.embeddings.create({ model: name, input });
    expect(model.asked).toEqual(input.slice(0, 2));
    await vi.waitUntil(async () => (await figures()).vectors === 2);

    expect(await client.embeddings.create({ model: name, input })).toEqual(first);
    const [one] = input;
    const alone = await client.embeddings.create({ model: name, input: one ?? "" });
    expect(model.asked).toHaveLength(2);
    expect(alone.data[0]?.embedding).toEqual(first.data[0]?.embedding);
    expect([first.usage.total_tokens, alone.usage.total_tokens]).toEqual([12, 4]);

    await client.embeddings.create({ model: name, input: [...input, "A pike."] });
    expect(model.asked).toEqual([...input.slice(0, 2), "A pike."]);
  });

  it("costs no call when an index is made again, nor when the two are compared", async ({
    expect,
  }) => {
    const store = await createReindexed();
    await store.add("harbour");
    await store.find("harbour");
    await store.find("library");
    const { figures } = await createEmbeddingProject(store);
    const known = await vi.waitUntil(async () => {
      const { vectors } = await figures();
      return vectors > model.asked.length - 1 && vectors;
    });
    const asked = [...model.asked];
    expect(known).toBe(asked.length);
    await store.build({});
    await vi.waitUntil(async () => (await store.read()).comparison !== null);
    expect((await store.read()).comparison).toMatchObject({ questions: 2, overlap_at_10: 1 });
    expect(model.asked).toEqual(asked);
  });

  it("is known to a cache that has started again", async ({ expect }) => {
    const { upload, index, search, cache, figures } = await createEmbeddingProject();
    const file = await upload(HERON);
    const store = await index(file);
    await search(store, "heron");
    await vi.waitUntil(async () => (await figures()).vectors === 2);
    const asked = [...model.asked];

    await evictDurableObject(cache);
    await index(file);
    await search(store, "heron");

    expect(model.asked).toEqual(asked);
  });

  it("serves a known question, and a known file, while the model is away", async ({ expect }) => {
    const { upload, index, figures, searchDegraded } = await createEmbeddingProject();
    const file = await upload(HERON);
    const store = await index(file);
    expect(await searchDegraded(store, "heron")).toBe(null);
    await vi.waitUntil(async () => (await figures()).vectors === 2);
    model.isAway = true;

    expect(await searchDegraded(store, "heron")).toBe(null);
    expect(await searchDegraded(await index(file), "heron")).toBe(null);
    expect(await searchDegraded(store, "ferry")).toBe("server_error");
  });
});

describe("the cache of hash-1", () => {
  it("does not exist", async ({ expect }) => {
    Object.assign(env, { EMBEDDING_MODEL: "hash-1" });
    const { upload, index, search, figures } = await createEmbeddingProject();
    const store = await index(await upload(HERON));
    await search(store, "heron");

    expect(model.asked).toEqual([]);
    expect(await figures()).toMatchObject({ vectors: 0, hits: 0, misses: 0, counted_since: null });
  });
});

describe("an embedding cache that is away", () => {
  it.for(["find", "keep"] as const)(
    "at %s costs calls, and nothing else",
    async (method, { expect }) => {
      vi.spyOn(EmbeddingCacheObject.prototype, method).mockImplementation(() => {
        throw new Error("Network connection lost.");
      });
      const { upload, index, search, client } = await createEmbeddingProject();
      const store = await index(await upload(HERON));
      const { data } = await search(store, "Where does a heron stand?");
      await search(store, "Where does a heron stand?");

      expect((await client.vectorStores.retrieve(store)).file_counts).toMatchObject({
        completed: 1,
      });
      expect(data).toHaveLength(1);
      expect(model.asked).toHaveLength(3);
    },
  );
});

describe("an embedding cache", () => {
  it("is the same after a call that was interrupted, and made again", async ({ expect }) => {
    const { upload, index, cache } = await createEmbeddingProject();
    const file = await upload(HERON);
    await index(file);
    const read = () =>
      runInDurableObject(cache, (_object, { storage }) =>
        storage.sql
          .exec("SELECT id, hex(keys) AS keys, hex(vectors) AS vectors FROM block")
          .toArray(),
      );
    const before = await read();
    await runInDurableObject(cache, (object, { storage }) => {
      const batch = {
        model: "llm.test:other",
        form: "passage",
        keys: new Uint8Array(32).map((_none, at) => at),
        vectors: new Uint8Array(16),
      } as const;
      storage.sql.exec(
        "CREATE TRIGGER cut BEFORE INSERT ON block BEGIN SELECT RAISE(ABORT, 'cut'); END",
      );
      expect(() => object.find(batch.keys)).not.toThrow();
      return expect(object.keep(batch)).rejects.toThrow("cut");
    });
    expect(await read()).toEqual(before);
    await runInDurableObject(cache, (_object, { storage }) => storage.sql.exec("DROP TRIGGER cut"));
    const asked = model.asked.length;
    await index(file);
    expect(model.asked).toHaveLength(asked);
    expect(await read()).toEqual(before);
  });

  it("drops what nobody has used for 30 days, and then is no more", async ({ expect }) => {
    const { upload, index, cache, figures } = await createEmbeddingProject();
    const old = await upload(HERON);
    await index(old);
    const start = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(start + 20 * DAY_MS);
    await cache.keep({
      model: "llm.test:other",
      form: "passage",
      keys: new Uint8Array(16),
      vectors: new Uint8Array(8),
    });
    clock.mockReturnValue(start + 31 * DAY_MS);
    expect(await runDurableObjectAlarm(cache)).toBe(true);
    expect((await figures()).vectors).toBe(1);
    const next = await runInDurableObject(cache, (_object, { storage }) => storage.getAlarm());
    expect(next).toBe(start + 50 * DAY_MS);
    clock.mockReturnValue(start + 51 * DAY_MS);
    expect(await runDurableObjectAlarm(cache)).toBe(true);
    clock.mockRestore();

    const left = await runInDurableObject(cache, async (_object, { storage }) => ({
      tables: storage.sql
        .exec("SELECT name FROM sqlite_master WHERE name IN ('block', 'tally')")
        .toArray(),
      alarm: await storage.getAlarm(),
    }));
    expect(left).toEqual({ tables: [], alarm: null });
  });

  it("is emptied by its project, and erased when that is archived", async ({ expect }) => {
    const { upload, index, figures, fetch, scope, cache } = await createEmbeddingProject();
    const file = await upload(HERON);
    await index(file);
    expect((await figures()).vectors).toBe(1);

    const emptied = await fetch("/embedding_cache", { method: "DELETE" });
    expect(await emptied.json()).toMatchObject({ object: "embedding_cache", vectors: 0, hits: 0 });
    const asked = model.asked.length;
    await index(file);
    expect(model.asked).toHaveLength(asked + 1);

    expect((await callAsOperator(scope, "POST", "/archive")).status).toBe(200);
    const left = await runInDurableObject(cache, (_object, { storage }) =>
      storage.sql.exec("SELECT count(*) AS tables FROM sqlite_master WHERE name = 'block'").one(),
    );
    expect(left).toEqual({ tables: 0 });
    expect((await callAsOperator(scope, "POST", "/archive")).status).toBe(200);
  });

  it("that was never used writes nothing", async ({ expect }) => {
    const { figures, fetch, scope } = await createEmbeddingProject();
    await figures();
    await fetch("/embedding_cache", { method: "DELETE" });
    await cacheStub(scope).find(new Uint8Array(16));
    const tables = await runInDurableObject(cacheStub(scope), (_object, { storage }) =>
      storage.sql
        .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
        .toArray(),
    );
    expect(tables).toEqual([]);
  });
});

describe("two versions of a file", () => {
  it("share the vectors of the chunks that stayed", async ({ expect }) => {
    const { upload, index } = await createEmbeddingProject();
    const piers = Array.from({ length: 200 }, (_none, pier) => `Pier ${pier} opens at six.`);
    const long = `# Piers\n\n${piers.join(" ")}`;
    await index(await upload(`${long}\n\n${HERON}`, "a.md"));
    const before = model.asked.length;
    await index(await upload(`${long}\n\n${FERRY}`, "b.md"));

    const texts = model.asked.slice(before);
    expect(before).toBeGreaterThan(3);
    expect(texts.join("\n")).toContain("ferry");
    expect(texts.length).toBeLessThanOrEqual(2);
  });
});
