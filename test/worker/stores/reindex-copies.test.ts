import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";

import { isFileId } from "../../../src/ids.ts";
import { bytesKey, textKey } from "../../../src/knowledge/scope.ts";
import { createReindexed, SMALL } from "./reindexed.ts";

type Store = Awaited<ReturnType<typeof createReindexed>>;
const QUESTIONS = ["the harbour number 3", "library", "museum in the morning", "number 17"];
const rankAll = async ({ rank }: Store) => await Promise.all(QUESTIONS.map(rank));

/** Deletes the text and the bytes of files, so that only their chunks are left. */
const deleteSources = async ({ scope: { projectId } }: Store, files: readonly string[]) =>
  await env.FILES.delete(
    files.filter(isFileId).flatMap((id) => [textKey(projectId, id), bytesKey(projectId, id)]),
  );

/** Changes the tables of a search shard past its object, and ends that. */
const spoil = async ({ shardStub }: Store, sql: string) => {
  await runInDurableObject(shardStub(1), (_, { storage }) => storage.sql.exec(sql).toArray());
  await evictDurableObject(shardStub(1));
};

describe("a copy in a generation that is built in the same way", { timeout: 30_000 }, () => {
  it("is made of the chunks and vectors of the other one, without the text", async ({ expect }) => {
    const store = await createReindexed();
    const files = [await store.add("harbour", { town: "yes" }), await store.add("library")];
    const before = await rankAll(store);
    await deleteSources(store, files);
    expect(await store.build({})).toMatchObject({ file_counts: { copied: 2, failed: 0 } });
    await store.act("switch");
    expect(await rankAll(store)).toEqual(before);
    const { chunks, documents } = {
      chunks: await store.countChunks(2),
      documents: await store.countRows(2, "document"),
    };
    expect({ chunks, documents }).toEqual({
      chunks: await store.countChunks(1),
      documents: 2,
    });
    const usage = await store.client.vectorStores.retrieve(store.id);
    await store.act("revert");
    expect((await store.client.vectorStores.retrieve(store.id)).usage_bytes).toBe(
      usage.usage_bytes,
    );
    await store.act("switch");
    const filters = { type: "eq", key: "town", value: "yes" } as const;
    const found = await store.client.vectorStores.search(store.id, { query: "number", filters });
    expect(new Set(found.data.map((hit) => hit.file_id))).toEqual(new Set([files[0]]));
  });

  it("is made of the text where the chunks are of another size", async ({ expect }) => {
    const store = await createReindexed();
    const file = await store.add("harbour");
    await deleteSources(store, [file]);
    expect(await store.build({ chunking_strategy: SMALL })).toMatchObject({
      file_counts: { copied: 0, failed: 1 },
    });
  });

  it("has the chunks of a file with sizes of its own, which no generation changes", async ({
    expect,
  }) => {
    const store = await createReindexed();
    const fileId = await store.upload("harbour");
    const strategy = { file_id: fileId, chunking_strategy: SMALL } as const;
    await store.client.vectorStores.files.createAndPoll(store.id, strategy, { pollIntervalMs: 20 });
    const before = await rankAll(store);
    await deleteSources(store, [fileId]);
    const other = { max_chunk_size_tokens: 200, chunk_overlap_tokens: 0 };
    await store.build({ chunking_strategy: { type: "static", static: other } });
    await store.act("switch");
    expect(await rankAll(store)).toEqual(before);
  });
});

describe("a reindex without members", { timeout: 30_000 }, () => {
  const DAMAGES = {
    "a vector is changed": `UPDATE chunk SET vector = randomblob(length(vector))
      WHERE number = (SELECT min(number) FROM chunk)`,
    "a vector is lost": `UPDATE chunk SET vector = zeroblob(length(vector)), vector_checksum = NULL
      WHERE number = (SELECT min(number) FROM chunk)`,
    "a chunk is lost": "DELETE FROM chunk WHERE number = (SELECT min(number) FROM chunk)",
    "all of it is lost": "DELETE FROM chunk",
    "the files are lost": "DELETE FROM file",
  };

  it.for(Object.entries(DAMAGES))("mends a shard of which %s", async ([, sql], { expect }) => {
    const store = await createReindexed();
    for (const topic of ["harbour", "library", "museum"]) await store.add(topic);
    const before = await rankAll(store);
    const log = vi.spyOn(console, "error").mockReturnValue();
    await spoil(store, sql);
    await store.call("", {});
    await store.until("ready");
    await store.act("switch");
    await store.act("finish");
    await store.until("completed");
    expect(await rankAll(store)).toEqual(before);
    log.mockRestore();
  });

  it("mends a shard that does not answer for its chunks any more", async ({ expect }) => {
    const store = await createReindexed();
    await store.add("harbour");
    const before = await rankAll(store);
    await spoil(store, "ALTER TABLE chunk RENAME TO lost_chunk");
    const log = vi.spyOn(console, "error").mockReturnValue();
    await store.build({});
    await store.act("switch");
    expect(await rankAll(store)).toEqual(before);
    log.mockRestore();
  });
});
