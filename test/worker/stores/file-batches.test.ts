import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, it } from "vitest";

import { type FileBatchId, type FileId, newId } from "../../../src/ids.ts";
import type { FileStatus } from "../../../src/knowledge/vector-store-types.ts";
import { BEFORE_FEWER_ROWS, FEWER_ROWS } from "../../fakes/before-fewer-rows.ts";
import { forgetMigrations } from "../../fakes/forget-migrations.ts";
import { completed, createStore, fileToAttach, holdQueue } from "./store.ts";

beforeAll(holdQueue);

type Store = Awaited<ReturnType<typeof createStore>>["store"];

/** Reads the ids of a batch's files in pages of two. */
async function readPages(
  store: Store,
  batch: FileBatchId,
  order: "asc" | "desc",
  status: FileStatus | null = null,
): Promise<FileId[]> {
  const ids: FileId[] = [];
  for (;;) {
    const after = ids.at(-1) ?? null;
    const page = await store.batchFiles(batch, { limit: 2, order, after, before: null, status });
    if (!page.ok) throw new Error(page.error.code);
    ids.push(...page.value.files.map(({ id }) => id));
    if (!page.value.hasMore) return ids;
  }
}

async function counts(store: Store, batch: FileBatchId) {
  const view = await store.batch(batch);
  return view.ok ? view.value.fileCounts : null;
}

const NONE = { in_progress: 0, completed: 0, failed: 0, cancelled: 0 };

/** A store with three files, the last two of which are attached for a batch that also has the first. */
async function createBatch() {
  const created = await createStore();
  const { store } = created;
  const requests = [fileToAttach(), fileToAttach(), fileToAttach()] as const;
  const [first, ...others] = requests;
  const batch = newId("vsfb_");
  await store.attach([first]);
  await store.attach([...others, first], batch);
  return { ...created, batch, ids: requests.map(({ fileId }) => fileId), requests };
}

describe("a file batch", () => {
  it("has the files that it attached and those that were attached before", async ({ expect }) => {
    const { store, batch, ids, requests, messages } = await createBatch();
    expect(await readPages(store, batch, "asc")).toEqual(ids);
    expect(await readPages(store, batch, "desc")).toEqual(ids.toReversed());
    expect(await counts(store, batch)).toEqual({ ...NONE, in_progress: 3 });

    // A file is added to a batch once, and may be in several.
    await store.attach([requests[2]], batch);
    const other = newId("vsfb_");
    await store.attach([requests[2]], other);
    await store.attach([requests[2]], other);
    expect(await counts(store, batch)).toEqual({ ...NONE, in_progress: 3 });

    const [done] = (await store.take(await messages(3))).filter(({ fileId }) => fileId === ids[2]);
    await store.report(done ? [completed(done)] : []);
    expect(await counts(store, batch)).toEqual({ ...NONE, in_progress: 2, completed: 1 });
    expect(await counts(store, other)).toEqual({ ...NONE, completed: 1 });
    expect(await readPages(store, batch, "asc", "completed")).toEqual(ids.slice(2));
    expect(await readPages(store, batch, "desc", "in_progress")).toEqual([ids[1], ids[0]]);
  });

  it("is cancelled with the files that were attached before", async ({ expect }) => {
    const { store, batch, ids } = await createBatch();
    await store.cancelBatch(batch);
    expect(await counts(store, batch)).toEqual({ ...NONE, cancelled: 3 });
    expect(await readPages(store, batch, "asc", "cancelled")).toEqual(ids);
  });

  it("of the build before goes on, and can be read and cancelled", async ({ expect }) => {
    const { store, batch, ids, messages } = await createBatch();
    await store.take(await messages(3));
    await runInDurableObject(store, (_object, { storage }) => {
      storage.sql.exec(BEFORE_FEWER_ROWS);
      storage.sql.exec(forgetMigrations(FEWER_ROWS));
    });
    await evictDurableObject(store);

    expect(await counts(store, batch)).toEqual({ ...NONE, in_progress: 3 });
    expect(await readPages(store, batch, "desc")).toEqual(ids.toReversed());
    const [done] = (await store.take(await messages(3))).filter(({ fileId }) => fileId === ids[1]);
    await store.report(done ? [completed(done)] : []);
    expect(await counts(store, batch)).toEqual({ ...NONE, in_progress: 2, completed: 1 });
    expect(await readPages(store, batch, "asc", "completed")).toEqual([ids[1]]);
    const more = fileToAttach();
    await store.attach([more], batch);
    expect(await readPages(store, batch, "asc")).toEqual([...ids, more.fileId]);
    await store.cancelBatch(batch);
    expect(await counts(store, batch)).toEqual({ ...NONE, completed: 1, cancelled: 3 });
  });
});
