import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { newId } from "../../../src/ids.ts";
import { objectName } from "../../../src/knowledge/scope.ts";
import { createProject } from "../project.ts";
import { completed, createStore, fileToAttach, holdQueue, unwrap } from "../stores/store.ts";
import { addRow, becomeDue, loseAlarm, readAlarm, readRow, sweep } from "./index-rows.ts";

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  holdQueue();
});
afterEach(() => void vi.restoreAllMocks());

/** Runs an object's alarm at a time at which its summary is due. */
async function writeSummary(stub: DurableObjectStub): Promise<void> {
  const now = Date.now() + 2_000;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now);
  await runInDurableObject(stub, (_object, { storage }) => storage.setAlarm(now));
  await runDurableObjectAlarm(stub);
  clock.mockRestore();
}

describe("the sweep of stores", () => {
  it("has files indexed whose messages and whose store's alarm were lost", async ({ expect }) => {
    const { id, store, messages } = await createStore();
    const idle = await readRow(id);
    const file = fileToAttach();
    await store.attach([file]);
    await messages(1);
    await writeSummary(store);
    const entered = await readRow(id);
    await loseAlarm(store);

    await becomeDue();
    await sweep();
    await vi.waitUntil(async () => await readAlarm(store));
    await runDurableObjectAlarm(store);
    await runInDurableObject(store, (_object, { storage }) => {
      storage.sql.exec("UPDATE kernel_step SET due = 1 WHERE phase = 'ready'");
    });
    await runDurableObjectAlarm(store);

    const [, again] = await messages(2);
    expect(await store.take(again ? [again] : [])).toHaveLength(1);
    await store.report(again ? [completed(again)] : []);
    expect(unwrap(await store.file(file.fileId)).status).toBe("completed");
    expect(idle).toBeNull();
    expect(entered).toMatchObject({ kind: "store" });
    await writeSummary(store);
    expect(await readRow(id)).toBeNull();
  });

  it("erases a deleted store whose process died", async ({ expect }) => {
    const { id, scope, store, messages, client } = await createStore();
    await store.attach([fileToAttach()]);
    await messages(1);
    await client.vectorStores.delete(id);
    await abortAllDurableObjects();
    await addRow("store", id, scope.projectId);

    await vi.waitUntil(
      async () => {
        await becomeDue();
        await sweep();
        return (await readRow(id)) === null;
      },
      { timeout: 15_000, interval: 100 },
    );

    const stub = env.VECTOR_STORES.getByName(objectName(scope, id));
    const rows = await runInDurableObject(stub, (_object, { storage }) =>
      storage.sql.exec("SELECT seq FROM attachment").toArray(),
    );
    expect(rows).toEqual([]);
  });

  it("lets the list of stores agree with the store after a summary was lost", async ({
    expect,
  }) => {
    const { id, store, messages, client } = await createStore();
    await store.attach([fileToAttach()]);
    const [message] = await messages(1);
    await writeSummary(store);
    await store.report(message ? [completed(message)] : []);
    await runInDurableObject(store, async (_object, { storage }) => await storage.deleteAlarm());
    const listed = async () => (await client.vectorStores.list()).data[0]?.file_counts;
    const before = await listed();

    await becomeDue();
    await sweep();
    await writeSummary(store);

    expect(before).toMatchObject({ in_progress: 1, completed: 0 });
    expect(await listed()).toEqual((await client.vectorStores.retrieve(id)).file_counts);
    expect(await listed()).toMatchObject({ in_progress: 0, completed: 1 });
  });

  it("removes a row whose store was never created", async ({ expect }) => {
    const { scope } = await createProject();
    const id = newId("vs_");
    await addRow("store", id, scope.projectId);

    await sweep();

    expect(await readRow(id)).toBeNull();
  });
});
