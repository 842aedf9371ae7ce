import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { isVectorStoreId } from "../../../src/ids.ts";
import { createProject } from "../project.ts";
import { storeStub } from "../stores/store.ts";
import { countChunks, CORPORA, fill, makeRoom, prefer, readAssigned } from "./full-database.ts";

const PATIENCE = { timeout: 10_000, interval: 20 };
/** Chunks that are written in several transactions. */
const LONG = Array.from({ length: 24_000 }, (_, n) => `Heron ${n} nests in tree ${n % 97}.`).join(
  " ",
);

async function createStore() {
  const { client, scope, fetch } = await createProject();
  const { id } = await client.vectorStores.create({});
  const stub = storeStub(scope, isVectorStoreId(id) ? id : "vs_");
  const upload = async (text: string) => {
    const file = new File([text], "herons.txt");
    return (await client.files.create({ file, purpose: "assistants" })).id;
  };
  const attach = (fileId: string, chunkTokens = 800) =>
    client.vectorStores.files.create(id, {
      file_id: fileId,
      chunking_strategy: {
        type: "static",
        static: { max_chunk_size_tokens: chunkTokens, chunk_overlap_tokens: 0 },
      },
    });
  const status = async (fileId: string) =>
    (await client.vectorStores.files.retrieve(fileId, { vector_store_id: id })).status;
  const until = (fileId: string, wanted: string) =>
    vi.waitUntil(async () => (await status(fileId)) === wanted, PATIENCE);
  const found = async () => {
    const { data } = await client.vectorStores.search(id, { query: "Where do herons nest?" });
    return data.length > 0;
  };
  const content = async (fileId: string) => {
    const page = await client.vectorStores.files.content(fileId, { vector_store_id: id });
    return page.data.map(({ text }) => text).join("");
  };
  /** Waits until the store has purged what it has to. */
  const purged = () =>
    vi.waitUntil(
      () =>
        runInDurableObject(stub, (_object, { storage }) => {
          const left = "SELECT count(*) AS n FROM tombstone WHERE purged < 2";
          return storage.sql.exec(left).one()["n"] === 0;
        }),
      PATIENCE,
    );
  return { client, id, stub, fetch, upload, attach, status, until, found, content, purged };
}

afterEach(() => makeRoom());

describe("a full corpus database", () => {
  it("gives its new files to the one with room, where they are found and deleted", async ({
    expect,
  }) => {
    const store = await createStore();
    await prefer(0);
    const fileId = await store.upload("Herons nest in trees.");
    expect(await readAssigned(fileId)).toBe(0);
    await fill(env.CORPUS_0);
    await store.attach(fileId);
    await store.until(fileId, "completed");

    expect(await countChunks(store.id)).toEqual([0, 1]);
    expect(await readAssigned(fileId)).toBe(1);
    expect(await store.found()).toBe(true);
    expect(await store.content(fileId)).toBe("Herons nest in trees.");
    // What comes now is for the other one, whatever was uploaded to it.
    await prefer(0);
    expect(await readAssigned(await store.upload("Bitterns hide."))).toBe(1);
    await store.client.files.delete(fileId);
    await vi.waitUntil(async () => (await countChunks(store.id))[1] === 0, PATIENCE);
    expect(await store.found()).toBe(false);
  });

  it("loses what it has already taken of a long file that moves", async ({ expect }) => {
    const store = await createStore();
    await prefer(0);
    const fileId = await store.upload(LONG);
    await fill(env.CORPUS_0, 1_500);
    await store.attach(fileId, 100);
    await store.until(fileId, "completed");
    await store.purged();

    const [left, moved = 0] = await countChunks(store.id);
    expect(left).toBe(0);
    expect(moved).toBeGreaterThan(1_500);
    expect(await store.content(fileId)).toBe(LONG);
  });

  it("gives up a file that is indexed again, and gets it back later", async ({ expect }) => {
    const store = await createStore();
    await prefer(0);
    const fileId = await store.upload("Herons nest in trees. ".repeat(200));
    await store.attach(fileId, 800);
    await store.until(fileId, "completed");
    expect((await countChunks(store.id))[1]).toBe(0);

    await fill(env.CORPUS_0);
    await store.attach(fileId, 200);
    await store.until(fileId, "completed");
    await store.purged();
    const [none, whole = 0] = await countChunks(store.id);
    expect([none, whole > 4]).toEqual([0, true]);

    await makeRoom();
    await fill(env.CORPUS_1);
    await store.attach(fileId, 400);
    await store.until(fileId, "completed");
    await store.purged();
    const [again = 0, gone] = await countChunks(store.id);
    expect([again > 2, gone]).toEqual([true, 0]);
    expect(await store.found()).toBe(true);
    expect(await store.content(fileId)).toBe("Herons nest in trees. ".repeat(200));
  });

  it("takes a file back that it has purged, under a version above that of the purge", async ({
    expect,
  }) => {
    const store = await createStore();
    await prefer(0);
    const text = "Herons nest in trees. ".repeat(200);
    const fileId = await store.upload(text);
    await store.attach(fileId, 800);
    await store.until(fileId, "completed");
    for (const corpus of CORPORA) await fill(corpus);
    await store.attach(fileId, 200);
    await vi.waitUntil(async () => (await readWaits(store.stub)).length === 1, PATIENCE);
    await store.purged();
    expect(await countChunks(store.id)).toEqual([0, 0]);

    await makeRoom([env.CORPUS_0]);
    await passTime(store.stub);
    await store.until(fileId, "completed");
    await store.purged();
    const [whole = 0, none] = await countChunks(store.id);
    expect([whole > 4, none]).toEqual([true, 0]);
    expect(await store.content(fileId)).toBe(text);
  });

  it("deletes the chunks of a file that is detached", async ({ expect }) => {
    const store = await createStore();
    await prefer(0);
    const fileId = await store.upload("Herons nest in trees.");
    await store.attach(fileId);
    await store.until(fileId, "completed");
    await fill(env.CORPUS_0);
    await store.client.vectorStores.files.delete(fileId, { vector_store_id: store.id });
    await store.purged();
    expect(await countChunks(store.id)).toEqual([0, 0]);
  });

  it("keeps files waiting while no other has room, and refuses uploads with the reason", async ({
    expect,
  }) => {
    const store = await createStore();
    const [early, late] = [await store.upload("Herons nest."), await store.upload("Herons fish.")];
    for (const corpus of CORPORA) await fill(corpus);
    await store.attach(early);
    // The first refusal is that of one database, the second that of the other.
    await vi.waitUntil(async () => (await readWaits(store.stub)).length === 1, PATIENCE);
    const form = new FormData();
    form.set("purpose", "assistants");
    form.set("file", new File(["Herons stand."], "c.txt"));
    const refused = await store.fetch("/files", { method: "POST", body: form });
    expect(refused.status).toBe(507);
    expect(await refused.json()).toMatchObject({
      error: { code: "storage_full", message: expect.stringContaining("Delete files, or ask") },
    });
    await store.attach(late);
    await vi.waitUntil(async () => (await readWaits(store.stub)).length === 2, PATIENCE);
    // Released, not tried in vain: the attempt is as it was, and the next one is minutes away.
    for (const wait of await readWaits(store.stub)) {
      expect(wait.attempt).toBeLessThanOrEqual(1);
      expect(wait.due - Date.now()).toBeGreaterThan(60_000);
    }
    expect(await store.status(early)).toBe("in_progress");

    await makeRoom();
    await passTime(store.stub);
    for (const fileId of [early, late]) await store.until(fileId, "completed");
    expect(await store.found()).toBe(true);
    await store.purged();
    expect((await countChunks(store.id)).reduce((sum, n) => sum + n)).toBe(2);
  });
});

/** Reads the steps of a store that wait to be tried again. */
const readWaits = (stub: DurableObjectStub) =>
  runInDurableObject(stub, (_object, { storage }) =>
    storage.sql
      .exec<{ attempt: number; due: number }>(
        "SELECT attempt, due FROM kernel_step WHERE phase = 'ready' AND due > ?",
        Date.now() + 60_000,
      )
      .toArray(),
  );

/** Makes the waits of a store's steps end now. */
const passTime = (stub: DurableObjectStub) =>
  runInDurableObject(stub, async (_object, { storage }) => {
    storage.sql.exec("UPDATE kernel_step SET due = ? WHERE phase = 'ready'", Date.now());
    await storage.setAlarm(Date.now());
  });
