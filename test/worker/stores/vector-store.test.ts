import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, it, vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import { completed, createStore, fileToAttach, holdQueue, storeStub, unwrap } from "./store.ts";

const ALL = { limit: 100, order: "asc", after: null, before: null, status: null } as const;

beforeAll(holdQueue);

describe("VectorStoreObject", () => {
  it("writes nothing when it is asked for a store that was never created", async ({ expect }) => {
    const { scope } = await createStore();
    const store = storeStub(scope, newId("vs_"));

    expect(await store.read()).toMatchObject({ ok: false, error: { code: "not_found" } });
    expect(await store.attach([fileToAttach()])).toMatchObject({ error: { code: "not_found" } });
    expect(await store.take([])).toEqual([]);
    const tables = await runInDurableObject(store, (_object, { storage }) =>
      storage.sql
        .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
        .toArray(),
    );
    expect(tables).toEqual([]);
  });

  it("attaches a file once, however often it is asked to", async ({ expect }) => {
    const { store, messages } = await createStore();
    const file = fileToAttach();
    const first = unwrap(await store.attach([file]));
    const second = unwrap(await store.attach([file]));

    expect(second).toEqual(first);
    expect(await messages(1)).toHaveLength(1);
    expect(unwrap(await store.read()).fileCounts).toMatchObject({ in_progress: 1, completed: 0 });
  });

  it("completes a file on its report, also when it was evicted in between", async ({ expect }) => {
    const { store, messages } = await createStore();
    const file = fileToAttach();
    await store.attach([file]);
    const [task] = await store.take(await messages(1));
    await evictDurableObject(store);
    if (!task) throw new Error("There was nothing to take");
    await store.report([completed(task)]);
    await store.report([completed(task)]);

    expect(unwrap(await store.file(file.fileId)).status).toBe("completed");
    const seen = await runInDurableObject(store, (_object, { storage }) =>
      storage.sql
        .exec("SELECT version, (SELECT count(*) FROM kernel_run) AS runs FROM attachment")
        .toArray(),
    );
    expect(seen).toEqual([{ version: task.version, runs: 0 }]);
    expect(unwrap(await store.read())).toMatchObject({
      status: "completed",
      usageBytes: 100,
      fileCounts: { in_progress: 0, completed: 1 },
    });
  });

  it("fences work that was begun before the file was detached", async ({ expect }) => {
    const { store, messages } = await createStore();
    const file = fileToAttach();
    await store.attach([file]);
    const old = await messages(1);
    await store.take(old);
    unwrap(await store.detach(file.fileId, { fileDeleted: false }));
    unwrap(await store.attach([file]));
    const [, young] = await messages(2);
    await store.report(old.slice(0, 1).map(completed));

    expect(await store.take(old.slice(0, 1))).toEqual([]);
    expect(unwrap(await store.file(file.fileId)).status).toBe("in_progress");
    expect(young?.version).toBeGreaterThan(old[0]?.version ?? Infinity);
  });

  it("hides a detached file from searches until its chunks are purged", async ({ expect }) => {
    const { store, messages } = await createStore();
    const file = fileToAttach();
    await store.attach([file]);
    await store.report((await store.take(await messages(1))).map(completed));
    await store.detach(file.fileId, { fileDeleted: false });

    await vi.waitUntil(async () => unwrap(await store.plan([])).hidden.length === 0);
    const left = await runInDurableObject(store, (_object, { storage }) =>
      storage.sql.exec("SELECT version FROM tombstone").toArray(),
    );
    expect(left).toEqual([]);
    expect(unwrap(await store.read()).fileCounts.completed).toBe(0);
  });

  it("refuses to attach a file after its delete, also when it was never attached", async ({
    expect,
  }) => {
    const { store } = await createStore();
    const file = fileToAttach();
    await store.detach(file.fileId, { fileDeleted: true });

    expect(await store.attach([file])).toMatchObject({ ok: false, error: { code: "not_found" } });
  });

  it("indexes the same bytes once and lets the other file inherit them", async ({ expect }) => {
    const { store, messages } = await createStore();
    const first = fileToAttach();
    const second = fileToAttach({ sha256: first.sha256 });
    await store.attach([first, second]);
    const [message] = await messages(1);
    if (!message) throw new Error("Nothing was sent");
    await store.report((await store.take([message])).map(completed));
    const third = fileToAttach({ sha256: first.sha256 });
    const late = unwrap(await store.attach([third]));

    expect(late[0]).toMatchObject({ status: "completed", textOf: first.fileId });
    expect(unwrap(await store.read()).fileCounts).toMatchObject({ completed: 3, in_progress: 0 });
    await store.detach(first.fileId, { fileDeleted: true });
    const [, heir] = await messages(2);
    expect(heir?.fileId).toBe(second.fileId);
    await store.report((await store.take(await messages(2))).map(completed));
    expect(unwrap(await store.read()).fileCounts).toMatchObject({ completed: 2, in_progress: 0 });
    expect(unwrap(await store.file(third.fileId)).textOf).toBe(second.fileId);
  });

  it("indexes the same bytes on their own when filters can tell the files apart", async ({
    expect,
  }) => {
    const { store, messages } = await createStore();
    const first = fileToAttach();
    await store.attach([first, fileToAttach({ sha256: first.sha256, attributes: { year: 1 } })]);

    expect(await messages(2)).toHaveLength(2);
  });

  it("cancels what a batch has not finished, and nothing else", async ({ expect }) => {
    const { store, messages } = await createStore();
    const batch = newId("vsfb_");
    await store.attach([fileToAttach(), fileToAttach()], batch);
    const tasks = await store.take(await messages(2));
    await store.report(tasks.slice(0, 1).map(completed));
    const cancelled = unwrap(await store.cancelBatch(batch));
    await store.report(tasks.map(completed));

    expect(cancelled).toMatchObject({
      status: "cancelled",
      fileCounts: { in_progress: 0, completed: 1, cancelled: 1 },
    });
    expect(unwrap(await store.batch(batch))).toEqual(cancelled);
    const listed = unwrap(await store.batchFiles(batch, { ...ALL, status: "cancelled" }));
    expect(listed.files.map(({ id }) => id)).toEqual([tasks[1]?.fileId]);
  });

  it("sends a file again when its message was lost, and fails it when attempts are used up", async ({
    expect,
  }) => {
    const { store, messages } = await createStore();
    const file = fileToAttach();
    await store.attach([file]);
    await vi.waitUntil(async () => {
      await passTime(store);
      return unwrap(await store.file(file.fileId)).status !== "in_progress";
    });

    expect(await messages(8)).toHaveLength(8);
    expect(unwrap(await store.file(file.fileId))).toMatchObject({
      status: "failed",
      lastError: { code: "server_error" },
    });
    expect(unwrap(await store.attach([file]))[0]?.status).toBe("in_progress");
  });

  it("expires after the days that were asked for, and lets go of its files", async ({ expect }) => {
    const { store, messages } = await createStore(1);
    const file = fileToAttach();
    await store.attach([file]);
    await store.report((await store.take(await messages(1))).map(completed));
    await runInDurableObject(store, (_object, { storage }) => {
      storage.sql.exec("UPDATE store SET last_active_at = last_active_at - 86400");
    });
    await runDurableObjectAlarm(store);

    expect(unwrap(await store.read())).toMatchObject({ status: "expired", usageBytes: 0 });
    expect(await store.attach([file])).toMatchObject({ error: { code: "vector_store_expired" } });
    expect(await store.plan([])).toMatchObject({ error: { code: "vector_store_expired" } });
    await vi.waitUntil(() =>
      runInDurableObject(
        store,
        (_object, { storage }) =>
          storage.sql.exec("SELECT 1 FROM attachment").toArray().length === 0,
      ),
    );
  });

  it("is listed although the catalog failed when it was created", async ({ expect }) => {
    await env.CATALOG.exec("ALTER TABLE vector_store RENAME TO vector_store_away");
    const { store, client, id } = await createStore().finally(() =>
      env.CATALOG.exec("ALTER TABLE vector_store_away RENAME TO vector_store"),
    );
    expect((await client.vectorStores.list()).data).toEqual([]);
    await runDurableObjectAlarm(store);

    expect((await client.vectorStores.list()).data.map((listed) => listed.id)).toEqual([id]);
  });

  it("purges a detached file from the corpus although that failed at first", async ({ expect }) => {
    const { store, messages } = await createStore();
    const file = fileToAttach({ corpusShard: 1 });
    await store.attach([file]);
    await store.report((await store.take(await messages(1))).map(completed));
    await env.CORPUS_1.exec("ALTER TABLE document RENAME TO document_away");
    await store.detach(file.fileId, { fileDeleted: false });
    const stages = () =>
      runInDurableObject(store, (_object, { storage }) =>
        storage.sql.exec<{ purged: number }>("SELECT purged FROM tombstone").toArray(),
      );
    await vi.waitUntil(async () => (await stages())[0]?.purged === 1);
    await env.CORPUS_1.exec("ALTER TABLE document_away RENAME TO document");
    await vi.waitUntil(async () => (await passTime(store), (await stages()).length === 0));

    const buried = await env.CORPUS_1.prepare("SELECT deleted FROM document WHERE file_id = ?")
      .bind(file.fileId)
      .first();
    expect(buried).toEqual({ deleted: 1 });
  });

  it("takes 2,000 files in one batch and sends 200 of them at a time", async ({ expect }) => {
    const { store, messages } = await createStore();
    const batch = newId("vsfb_");
    await store.attach(
      Array.from({ length: 2_000 }, () => fileToAttach()),
      batch,
    );
    const done = new Set<string>();
    while (done.size < 2_000) {
      const open = (await messages(Math.min(2_000, done.size + 1))).filter(
        ({ lease }) => !done.has(lease),
      );
      expect(open.length).toBeLessThanOrEqual(200);
      await store.report((await store.take(open)).map(completed));
      for (const { lease } of open) done.add(lease);
    }

    expect(unwrap(await store.batch(batch))).toMatchObject({
      status: "completed",
      fileCounts: { in_progress: 0, completed: 2_000 },
    });
    const page = unwrap(await store.batchFiles(batch, { ...ALL, order: "desc" }));
    const next = unwrap(
      await store.files({ ...ALL, order: "desc", after: page.files.at(-1)?.id ?? null }),
    );
    expect(new Set([...page.files, ...next.files].map(({ id }) => id)).size).toBe(200);
    expect(next.hasMore).toBe(true);
  }, 60_000);
});

/** Lets every lease and pause of the store's kernel end now. */
async function passTime(store: Awaited<ReturnType<typeof createStore>>["store"]): Promise<void> {
  await runInDurableObject(store, (_object, { storage }) => {
    storage.sql.exec("UPDATE kernel_step SET due = 1 WHERE due IS NOT NULL");
  });
  await runDurableObjectAlarm(store);
}
