import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, type ExpectStatic, it, vi } from "vitest";

import { bytesKey, textKey } from "../../../src/knowledge/scope.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { BEFORE_FEWER_ROWS, FEWER_ROWS } from "../../fakes/before-fewer-rows.ts";
import { forgetMigrations } from "../../fakes/forget-migrations.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { callAsOperator } from "../operator.ts";
import { createProject } from "../project.ts";
import {
  copyTables,
  countChunks,
  createStore,
  loseCorpus,
  NONE,
  reconcile,
  run,
  settle,
  STORE_TABLES,
  TEXTS,
} from "./reconcilable.ts";

const status = (expect: ExpectStatic, call: PromiseLike<unknown>, code: number) =>
  expect(call).rejects.toMatchObject({ status: code });

describe("a store whose copies agree", () => {
  it("is kept as it is, and is indexed again on demand", async ({ expect }) => {
    const store = await createStore();
    await store.add("harbour");
    await store.add("library");
    expect(await reconcile(store, store.id)).toEqual({ checked: 2 });
    expect(await reconcile(store, store.id, "all")).toEqual({ checked: 2, indexed: 2 });
    await settle(store.client, store.id);
    expect(await reconcile(store, store.id)).toEqual({ checked: 2 });
    expect([await store.find("harbour"), await store.find("library")]).toEqual([1, 1]);
    expect(await countChunks(store.id)).toBe(2);
  });

  it("is listed before it was ever reconciled, and in a store that the build before has made", async ({
    expect,
  }) => {
    const store = await createStore();
    await runInDurableObject(store.stub, (_object, { storage }) => {
      const forget = forgetMigrations("0006_reconciliation", "0007_warnings", FEWER_ROWS);
      storage.sql.exec(BEFORE_FEWER_ROWS);
      storage.sql.exec(
        `DROP TABLE reconciliation; ALTER TABLE attachment DROP COLUMN warnings; ${forget}`,
      );
    });
    await evictDurableObject(store.stub);
    const listed = await callAsOperator(store.scope, "GET", "/reconciliations");
    expect(await listed.json()).toMatchObject({
      data: [{ id: store.id, status: "not_started", created_at: null, file_counts: NONE }],
    });
    expect(await reconcile(store, store.id)).toEqual({});
  });
});

describe("databases that are older than the objects", () => {
  it("get the rows of files and stores again, and the chunks from the bytes", async ({
    expect,
  }) => {
    const store = await createStore();
    const fileId = await store.add("harbour");
    await run(env.CATALOG, "DELETE FROM file WHERE id = ?", fileId);
    await run(env.CATALOG, "DELETE FROM file_store WHERE file_id = ?", fileId);
    await run(env.CATALOG, "DELETE FROM vector_store WHERE id = ?", store.id);
    await loseCorpus(store.id);

    const counts = await reconcile(store, store.id);
    await settle(store.client, store.id);

    expect(counts).toEqual({ checked: 1, indexed: 1, catalogued: 1 });
    const file = await store.client.files.retrieve(fileId);
    expect(file).toMatchObject({ filename: "harbour.txt", bytes: TEXTS.harbour.length });
    expect(await countChunks(store.id)).toBe(1);
    expect((await store.client.vectorStores.list()).data.map(({ id }) => id)).toEqual([store.id]);
    // The record of the attachment is there again too, so that the deletion reaches the store.
    await store.client.files.delete(fileId);
    expect(await store.find("harbour")).toBe(0);
  });

  it("lose files whose bytes are gone, and chunks that were removed since", async ({ expect }) => {
    const store = await createStore();
    const [gone, removed] = [await store.add("harbour"), await store.add("library")];
    const kept = await env.CORPUS_0.prepare("SELECT * FROM document WHERE file_id = ?")
      .bind(removed)
      .first();
    const corpus = kept ? env.CORPUS_0 : env.CORPUS_1;
    const rows = async (table: string) =>
      (await corpus.prepare(`SELECT * FROM ${table} WHERE file_id = ?`).bind(removed).all())
        .results;
    const older = { document: await rows("document"), chunk: await rows("chunk") };
    await store.client.vectorStores.files.delete(removed, { vector_store_id: store.id });
    await vi.waitUntil(async () => (await countChunks(store.id)) === 1);
    for (const [table, copied] of Object.entries(older)) {
      for (const row of copied) {
        const values = Object.values(row);
        const sql = `INSERT OR REPLACE INTO ${table} VALUES (${values.map(() => "?").join()})`;
        await corpus
          .prepare(sql)
          .bind(...values)
          .run();
      }
    }
    await run(env.CATALOG, "DELETE FROM file WHERE id = ?", gone);
    await env.FILES.delete(bytesKey(store.scope.projectId, gone));
    expect(await countChunks(store.id)).toBe(2);

    expect(await reconcile(store, store.id)).toEqual({ checked: 1, detached: 1, purged: 1 });
    await vi.waitUntil(async () => (await countChunks(store.id)) === 0);
    expect(await store.find("harbour")).toBe(0);
  });

  it("learn that a store was deleted, and erase its chunks", async ({ expect }) => {
    const store = await createStore();
    await store.add("harbour");
    await store.client.vectorStores.delete(store.id);
    await vi.waitUntil(async () => (await countChunks(store.id)) === 0);
    await run(
      env.CATALOG,
      "UPDATE vector_store SET is_deleted = 0, version = 1 WHERE id = ?",
      store.id,
    );
    await run(
      env.CORPUS_0,
      `INSERT INTO chunk (store_id, generation, file_id, ordinal, version, id, span_start, span_end, heading, text)
       VALUES (?, 1, 'file-1', 0, 1, 'c', 0, 1, '', 'x')`,
      store.id,
    );

    expect(await reconcile(store, store.id)).toEqual({});

    expect(await countChunks(store.id)).toBe(0);
    expect((await store.client.vectorStores.list()).data).toEqual([]);
  });
});

describe("objects that are older than the databases", () => {
  it("attach what was attached later, above the versions of the copies", async ({ expect }) => {
    const store = await createStore();
    await store.add("harbour");
    const restore = await copyTables(store.stub, STORE_TABLES);
    const library = await store.add("library");
    // Each time it gets a higher version, which the copies have seen and the restored object has not.
    for (let again = 0; again < 3; again++) {
      await store.client.vectorStores.files.delete(library, { vector_store_id: store.id });
      await store.client.vectorStores.files.create(store.id, { file_id: library });
      await settle(store.client, store.id);
    }
    await restore();
    const shown = async () => {
      const files = await store.client.vectorStores.files.list(store.id);
      return files.data.map(({ status: of }) => of);
    };
    expect(await shown()).toEqual(["completed"]);

    const counts = await reconcile(store, store.id);
    await settle(store.client, store.id);

    // The shard's copy of the later file is purged, and written again.
    expect(counts).toEqual({ checked: 1, attached: 1, purged: 1 });
    expect(await shown()).toEqual(["completed", "completed"]);
    await vi.waitUntil(async () => (await store.find("library")) === 1, { timeout: 10_000 });
    expect(await countChunks(store.id)).toBe(2);
    expect(await reconcile(store, store.id)).toEqual({ checked: 2 });
  });

  it("detach what was detached or deleted later", async ({ expect }) => {
    const store = await createStore();
    const [first, second] = [await store.add("harbour"), await store.add("library")];
    const restore = await copyTables(store.stub, STORE_TABLES);
    await store.client.vectorStores.files.delete(first, { vector_store_id: store.id });
    await store.client.files.delete(second);
    await vi.waitUntil(async () => (await countChunks(store.id)) === 0);
    await restore();

    expect(await reconcile(store, store.id)).toEqual({ checked: 2, detached: 2 });
    expect([await store.find("harbour"), await store.find("library")]).toEqual([0, 0]);
    expect((await store.client.vectorStores.files.list(store.id)).data).toEqual([]);
  });

  it("learn that their store was deleted", async ({ expect }) => {
    const store = await createStore();
    await store.add("harbour");
    const restore = await copyTables(store.stub, STORE_TABLES);
    await store.client.vectorStores.delete(store.id);
    await vi.waitUntil(async () => (await countChunks(store.id)) === 0);
    await restore();
    expect((await store.client.vectorStores.retrieve(store.id)).id).toBe(store.id);

    await reconcile(store, store.id);

    await status(expect, store.client.vectorStores.retrieve(store.id), 404);
  });

  it("erase a shard that they do not know, after shards that are erased", async ({ expect }) => {
    const store = await createStore();
    await store.add("harbour");
    const unknown = store.shardStub(1);
    await unknown.write(makeBatch([makeDocument("later", [TEXTS.library])]));
    await store.client.vectorStores.delete(store.id);
    await vi.waitUntil(async () => (await store.shard.inspect()).chunkCount === 0);
    expect((await unknown.inspect()).chunkCount).toBe(1);

    expect(await reconcile(store, store.id)).toEqual({});

    expect((await unknown.inspect()).chunkCount).toBe(0);
  });

  it("are made again from the databases and the bytes where they are lost", async ({ expect }) => {
    const store = await createStore();
    await store.add("harbour");
    for (const stub of [store.stub, store.shard]) {
      await runInDurableObject(stub, (_object, { storage }) => storage.deleteAll());
      await evictDurableObject(stub);
    }
    await status(expect, store.client.vectorStores.retrieve(store.id), 404);

    expect(await reconcile(store, store.id)).toEqual({ attached: 1 });
    await settle(store.client, store.id);

    const made = await store.client.vectorStores.retrieve(store.id);
    expect(made).toMatchObject({ name: "town", metadata: { owner: "town" } });
    expect(await store.find("harbour")).toBe(1);
    await vi.waitUntil(async () => {
      const { data } = await store.client.vectorStores.list();
      return data.length === 1 && data[0]?.file_counts.completed === 1;
    });
  });

  it("index again what a search shard has lost", async ({ expect }) => {
    const store = await createStore();
    await store.add("harbour");
    await runInDurableObject(store.shard, (_object, { storage }) => {
      storage.sql.exec("DELETE FROM file; DELETE FROM chunk; DELETE FROM segment");
    });
    await evictDurableObject(store.shard);
    expect(await store.find("harbour")).toBe(0);

    expect(await reconcile(store, store.id)).toEqual({ checked: 1, indexed: 1 });
    await settle(store.client, store.id);
    expect(await store.find("harbour")).toBe(1);
  });
});

describe("bytes that are older than the databases", () => {
  it("are missed by name, and the file is found as before", async ({ expect }) => {
    const store = await createStore();
    const fileId = await store.add("harbour");
    const { projectId } = store.scope;
    await env.FILES.delete([bytesKey(projectId, fileId), textKey(projectId, fileId)]);
    const { client, id } = store;
    const [bytes, text] = await Promise.allSettled([
      client.files.content(fileId),
      client.vectorStores.files.content(fileId, { vector_store_id: id }),
    ]);

    const missing = {
      status: 404,
      message: expect.stringContaining("missing from the deployment"),
    };
    expect([bytes, text]).toMatchObject([{ reason: missing }, { reason: missing }]);
    expect(await reconcile(store, id)).toEqual({ checked: 1 });
    expect(await store.find("harbour")).toBe(1);
  });
});

describe("a reconciliation that cannot be", () => {
  it("is refused for a store that nobody knows, and for another project's", async ({ expect }) => {
    const [store, stranger] = [await createStore(), await createProject()];
    expect(await reconcile(stranger, store.id)).toEqual({ status: 404 });
    expect(await reconcile(store, "vs_01k8v3q7cde4f6g8h0jkmnpq")).toEqual({ status: 404 });
    expect(await reconcile(store, "harbour")).toEqual({ status: 400 });
  });
});
