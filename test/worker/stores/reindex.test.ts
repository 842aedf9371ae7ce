import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import { bytesKey, textKey } from "../../../src/knowledge/scope.ts";
import { Corpus } from "../../../src/platform/databases/corpus.ts";
import { settle } from "./reconcilable.ts";
import { createReindexed, SMALL, textAbout } from "./reindexed.ts";

describe("a reindex", () => {
  it("builds a generation, switches to it, goes back, and erases the one left behind", async ({
    expect,
  }) => {
    const store = await createReindexed();
    const harbour = await store.add("harbour");
    await store.add("library");
    await store.find("harbour");
    const before = await store.client.vectorStores.search(store.id, { query: "harbour number 3" });

    const ready = await store.build();
    expect(ready).toMatchObject({
      from: { number: 1, status: "serving" },
      to: { number: 2, status: "ready" },
      file_counts: { total: 2, checked: 2, copied: 2, waiting: 0, failed: 0 },
      erased: null,
    });
    const after = await store.client.vectorStores.search(store.id, { query: "harbour number 3" });
    expect(after).toEqual(before);

    expect(await store.act("switch")).toMatchObject({
      status: "switched",
      to: { status: "serving" },
    });
    expect(await store.act("switch")).toMatchObject({ status: "switched" });
    expect(await store.find("harbour")).toBeGreaterThan(1);
    const shown = await (await store.fetch(`/vector_stores/${store.id}/index`)).json();
    expect(shown).toMatchObject({
      generation: 2,
      chunk_count: (await store.inspect(2)).chunkCount,
      chunking_strategy: SMALL,
    });
    expect(shown).not.toHaveProperty("reindex");
    const whole = await store.fetch(`/vector_stores/${store.id}/index?include=edgewise.reindex`);
    expect(await whole.json()).toMatchObject({ reindex: { status: "switched" } });

    expect(await store.act("revert")).toMatchObject({ status: "ready", kept_until: null });
    const again = await store.client.vectorStores.search(store.id, { query: "harbour number 3" });
    expect(again).toEqual(before);

    await store.act("switch");
    const chunks = await store.countChunks(1);
    const rows = (await store.countRows(1, "document")) + (await store.countRows(1, "chunk"));
    const vectors = (await store.inspect(1)).chunkCount;
    await store.act("finish");
    const done = await store.until("completed");
    expect(done.erased).toEqual({
      generation: 1,
      objects: 1,
      chunks,
      vectors,
      vectorize: null,
      rows,
    });
    expect(chunks).toBeGreaterThan(0);
    expect(await store.countChunks(1)).toBe(0);
    expect(await store.countRows(1, "document")).toBe(0);
    expect((await store.inspect(1)).chunkCount).toBe(0);
    // A consumer that was away since before the end comes too late.
    const index = { projectId: store.scope.projectId, storeId: store.id, generation: 1 };
    const late = { fileId: harbour, version: 99, filename: "late.txt", chunkCount: 0, chunks: [] };
    await new Corpus(env.CORPUS_0).writeDocuments(index, [late]);
    await new Corpus(env.CORPUS_0).removeDocuments(index, [late]);
    expect(await store.countRows(1, "document")).toBe(0);
    expect(await store.find("library")).toBeGreaterThan(1);
    // The next one has another number.
    expect(await store.build({})).toMatchObject({ from: { number: 2 }, to: { number: 3 } });
  });

  it("compares both generations by the questions that were asked before", async ({ expect }) => {
    const store = await createReindexed();
    await store.add("harbour");
    await store.find("harbour");
    await store.find("library");
    await store.build({});
    await vi.waitUntil(async () => (await store.read()).comparison !== null);
    expect((await store.read()).comparison).toMatchObject({
      questions: 2,
      overlap_at_10: 1,
      same: 2,
    });
  });

  it("is ready at once in an empty store, whose files then go to both generations", async ({
    expect,
  }) => {
    const store = await createReindexed();
    await store.build();
    const fileId = await store.add("harbour");
    expect((await store.inspect(1)).files.map((file) => file.fileId)).toEqual([fileId]);
    expect((await store.inspect(2)).files.map((file) => file.fileId)).toEqual([fileId]);
    expect((await store.read()).file_counts).toMatchObject({ total: 1, copied: 0, waiting: 0 });
    await store.act("switch");
    expect(await store.find("harbour")).toBeGreaterThan(1);
  });

  it("brings writes, deletes and attributes to both generations, in both directions", async ({
    expect,
  }) => {
    const store = await createReindexed();
    const [harbour, library] = [await store.add("harbour"), await store.add("library")];
    await store.build();
    for (const move of ["switch", "revert"]) {
      await store.act(move);
      const added = await store.add(`bridge-${move}`);
      await store.client.vectorStores.files.update(library, {
        vector_store_id: store.id,
        attributes: { after: move },
      });
      for (const generation of [1, 2]) {
        const files = (await store.inspect(generation)).files.map((file) => file.fileId);
        expect(files.toSorted()).toEqual([harbour, library, added].toSorted());
      }
      await store.client.vectorStores.files.delete(added, { vector_store_id: store.id });
      for (const generation of [1, 2]) {
        await vi.waitUntil(async () => (await store.inspect(generation)).files.length === 2);
        expect(await store.countRows(generation, "document")).toBeGreaterThan(1);
      }
    }
    await store.act("switch");
    const filters = { type: "eq", key: "after", value: "revert" } as const;
    const found = await store.client.vectorStores.search(store.id, { query: "library", filters });
    expect(found.data[0]).toMatchObject({ file_id: library, attributes: { after: "revert" } });
    await store.client.vectorStores.files.delete(harbour, { vector_store_id: store.id });
    expect(await store.find("harbour")).toBe(0);
    await store.act("revert");
    expect(await store.find("harbour")).toBe(0);
  });

  it("shows the usage of the generation that serves", async ({ expect }) => {
    const store = await createReindexed();
    await store.add("harbour");
    const usage = async () => (await store.client.vectorStores.retrieve(store.id)).usage_bytes;
    const before = await usage();
    await store.build();
    expect(await usage()).toBe(before);
    await store.act("switch");
    const after = await usage();
    // The same text with more vectors.
    expect(after).toBeGreaterThan(before);
    await store.act("revert");
    expect(await usage()).toBe(before);
  });

  it("is paused, resumed and cancelled, and survives the loss of its object", async ({
    expect,
  }) => {
    const store = await createReindexed();
    for (const topic of ["harbour", "library", "museum"]) await store.add(topic);
    await store.call("", { chunking_strategy: SMALL });
    await store.act("pause").catch(() => {});
    await evictDurableObject(store.stub);
    const paused = await store.read();
    if (paused.status === "paused") await store.act("resume");
    await store.until("ready");
    await store.act("cancel");
    const cancelled = await store.until("cancelled");
    expect(cancelled).toMatchObject({
      to: { status: "erased" },
      erased: { generation: 2, objects: 1 },
    });
    expect(await store.countChunks(2)).toBe(0);
    expect((await store.inspect(2)).chunkCount).toBe(0);
    expect(await store.find("museum")).toBeGreaterThan(0);
    expect(await store.build({})).toMatchObject({ to: { number: 4 } });
    await store.act("switch");
    expect(await store.find("museum")).toBeGreaterThan(0);
  });

  it("erases the old generation a week after the switch", async ({ expect }) => {
    const store = await createReindexed();
    await store.add("harbour");
    await store.build();
    const { kept_until: keptUntil } = await store.act("switch");
    expect((keptUntil ?? 0) - Date.now() / 1_000).toBeGreaterThan(7 * 86_400 - 60);
    await store.change("UPDATE reindex SET kept_until = 1");
    expect(await store.until("completed")).toMatchObject({ erased: { generation: 1 } });
    expect(await store.find("harbour")).toBeGreaterThan(1);
  });
});

describe("a request that does not fit", () => {
  it("is refused with the reason", async ({ expect }) => {
    const store = await createReindexed();
    const refused = async (answer: Response, status: number, text: string) => {
      expect(answer.status).toBe(status);
      expect(await answer.text()).toContain(text);
    };
    await refused(await store.fetch(`/vector_stores/${store.id}/reindex`), 404, "No reindex found");
    await refused(await store.call("/switch"), 404, "No reindex found");
    await refused(await store.call("", { embedding_model: "unknown" }), 404, "does not exist");
    await refused(await store.call("", { analyzer_version: 7 }), 400, "no other");
    await store.build();
    await refused(await store.call("/pause"), 409, "Only a build can be paused");
    await refused(
      await store.call("", { chunking_strategy: { type: "auto" } }),
      409,
      "other settings",
    );
    // Asked twice with the same settings, it is the same.
    expect(await store.build()).toMatchObject({ status: "ready", to: { number: 2 } });
    await store.act("switch");
    await refused(await store.call("", {}), 409, "kept for the way back");
    await refused(await store.call("/cancel"), 409, "Revert first");
  });
});

describe("what is missing", () => {
  it("is read again from the bytes if it is a text, and fails the copy if it is both", async ({
    expect,
  }) => {
    const store = await createReindexed();
    const add = (topic: string) => store.add(topic, {}, textAbout(topic).replaceAll("\n", "\r\n"));
    // Ends of lines that are not kept: the text is not the bytes, and is stored.
    const [harbour, library] = [await add("harbour"), await add("library")];
    const { projectId } = store.scope;
    expect(await env.FILES.head(textKey(projectId, harbour))).not.toBeNull();
    await env.FILES.delete([textKey(projectId, harbour), textKey(projectId, library)]);
    await env.FILES.delete(bytesKey(projectId, library));
    const reindex = await store.build();
    expect(reindex).toMatchObject({
      file_counts: { copied: 1, failed: 1 },
      failures: [{ file_id: library, message: expect.stringContaining("Neither") }],
    });
    expect(await env.FILES.head(textKey(projectId, harbour))).not.toBeNull();
    const refused = await store.call("/switch");
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain("1 file could not be copied");
    // Its owner decides.
    await store.client.vectorStores.files.delete(library, { vector_store_id: store.id });
    await store.act("switch");
    expect(await store.find("harbour")).toBeGreaterThan(1);
  });

  it("is the store, which is erased with both generations", async ({ expect }) => {
    const store = await createReindexed();
    await store.add("harbour");
    await store.build();
    await store.client.vectorStores.delete(store.id);
    await vi.waitUntil(async () => (await store.countChunks(2)) === 0);
    await vi.waitUntil(async () => (await store.inspect(2)).chunkCount === 0);
    await vi.waitUntil(async () => (await store.countChunks(1)) === 0);
    expect((await store.fetch(`/vector_stores/${store.id}/reindex`)).status).toBe(404);
  });
});

describe("the questions of a store", () => {
  it("are the last 200, without the long ones, and are erased with it", async ({ expect }) => {
    const store = await createReindexed();
    const asked = Array.from({ length: 230 }, (_, at) => `question ${at}`);
    const stored = () =>
      runInDurableObject(store.stub, (_, { storage }) =>
        storage.sql.exec<{ texts: string }>("SELECT texts FROM asked_questions").toArray(),
      );
    await store.stub.contentVersion(asked.slice(0, 120), []);
    // They are written half a minute later, and joined with those that come after.
    vi.setSystemTime(Date.now() + 31_000);
    await runDurableObjectAlarm(store.stub);
    vi.useRealTimers();
    expect(await stored()).toHaveLength(1);
    await store.stub.contentVersion([...asked.slice(120), "question 40", "x".repeat(1_001)], []);
    await store.build({});
    const compared = await vi.waitUntil(async () => (await store.read()).comparison, {
      timeout: 20_000,
    });
    expect(compared).toMatchObject({ questions: 200 });
    const [row] = await stored();
    const wanted = [...asked.slice(30, 40), ...asked.slice(41), "question 40"];
    expect(JSON.parse(row?.texts ?? "")).toEqual(wanted);

    await store.client.vectorStores.delete(store.id);
    await vi.waitUntil(async () => (await stored()).length === 0);
  });

  it("are not kept in a project that has turned them off", async ({ expect }) => {
    const store = await createReindexed();
    await store.add("harbour");
    await env.CATALOG.prepare("UPDATE project SET settings = ? WHERE id = ?")
      .bind('{"keep_questions":false}', store.scope.projectId)
      .run();
    await store.find("harbour");
    await store.build({});
    await vi.waitUntil(async () => (await store.read()).comparison !== null);
    expect((await store.read()).comparison).toMatchObject({ questions: 0, overlap_at_10: null });
    await settle(store.client, store.id);
  });
});
