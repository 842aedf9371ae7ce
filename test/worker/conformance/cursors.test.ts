import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";
import { z } from "zod";

import { DECLARATIONS } from "../../../src/http/api.ts";
import { listProperties } from "../../../src/http/request/request-properties.ts";
import { isVectorStoreId } from "../../../src/ids.ts";
import { BEFORE_FEWER_ROWS, FEWER_ROWS } from "../../fakes/before-fewer-rows.ts";
import { forgetMigrations } from "../../fakes/forget-migrations.ts";
import { createLibrary } from "../conversation/library.ts";
import { createProject, fetchWorker, type TestProject } from "../project.ts";
import { storeStub } from "../stores/store.ts";

const Page = z.object({ data: z.array(z.object({ id: z.string() })), has_more: z.boolean() });
const { ADMIN_KEY } = env;

const LISTS = DECLARATIONS.filter(
  ({ method, query }) =>
    method === "GET" && query && listProperties(query).some(({ path }) => path === "after"),
);

async function createFiles({ client }: TestProject, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const file = new File([`page ${number}`], `p${number}.txt`);
    ids.push((await client.files.create({ file, purpose: "assistants" })).id);
  }
  return ids;
}

/** Creates a project with a store to which ten files are attached, in order, and a batch of them all. */
async function createStore(count = 10) {
  const project = await createProject();
  const store = await project.client.vectorStores.create({ name: "cursors" });
  const files = await createFiles(project, count);
  const { id: batchId } = await project.client.vectorStores.fileBatches.create(store.id, {
    file_ids: files,
  });
  const path = `/vector_stores/${store.id}/files`;
  /** Returns the numbers of the listed files. */
  const list = async (query: string, of = path) => {
    const response = await project.fetch(`${of}?${query}`);
    const { data } = Page.parse(await response.json());
    return data.map(({ id }) => files.indexOf(id));
  };
  return { ...project, store, files, batchId, path, list };
}

const inputOf = ({ id }: { readonly id: string }) => `/responses/${id}/input_items`;

describe("the cursor of a list", () => {
  it("is refused with 400 when it has no place in the list, on every list", async ({ expect }) => {
    const { client, store, file, fetch, key } = await createLibrary();
    const batch = await client.vectorStores.fileBatches.create(store.id, { file_ids: [file.id] });
    const conversation = await client.conversations.create();
    const response = await client.responses.create({ model: "extractive-1", input: "Hello" });
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ workflow: "customer_service", input: { message: "Hello" } });
    const run = await (await fetch("/runs", { method: "POST", headers, body })).json();
    const ids: Readonly<Record<string, string>> = {
      vector_store_id: store.id,
      file_id: file.id,
      batch_id: batch.id,
      conversation_id: conversation.id,
      response_id: response.id,
      run_id: z.object({ id: z.string() }).parse(run).id,
      name: "customer_service",
      project_id: "proj_1",
    };
    expect(LISTS.length).toBeGreaterThanOrEqual(13);
    for (const { path, query, access } of LISTS) {
      const url = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? "");
      const hasBefore = query && listProperties(query).some((one) => one.path === "before");
      for (const param of hasBefore ? ["after", "before"] : ["after"]) {
        const bearer = access === "admin" ? ADMIN_KEY : key;
        const refused = await fetchWorker(`https://edgewise.test${url}?${param}=vs_nope`, {
          headers: { authorization: `Bearer ${bearer}` },
        });
        const { error }: { error: object } = await refused.json();
        expect({ path, status: refused.status, ...error }).toMatchObject({
          path,
          status: 400,
          param,
          code: "invalid_request",
        });
      }
    }
  });

  it("makes a range of two, in both orders, of a store and of a batch", async ({ expect }) => {
    const { files, list, store, batchId } = await createStore();
    const ofBatch = `/vector_stores/${store.id}/file_batches/${batchId}/files`;
    for (const path of [undefined, ofBatch]) {
      const up = `order=asc&after=${files[2]}&before=${files[8]}`;
      const down = `order=desc&after=${files[8]}&before=${files[2]}`;
      expect(await list(up, path)).toEqual([3, 4, 5, 6, 7]);
      expect(await list(`${up}&limit=2`, path)).toEqual([3, 4]);
      expect(await list(down, path)).toEqual([7, 6, 5, 4, 3]);
      expect(await list(`order=asc&before=${files[8]}&limit=2`, path)).toEqual([6, 7]);
      expect(await list(`order=asc&after=${files[8]}&before=${files[2]}`, path)).toEqual([]);
    }
  });

  it("makes a range in lists of the catalogue and of a conversation", async ({ expect }) => {
    const { client, fetch } = await createProject();
    const stores: string[] = [];
    for (const name of ["a", "b", "c", "d"]) {
      stores.push((await client.vectorStores.create({ name })).id);
    }
    const content = ["a", "b", "c", "d"].map((text) => ({ role: "user" as const, content: text }));
    const conversation = await client.conversations.create({ items: content });
    const path = `/conversations/${conversation.id}/items`;
    const list = async (url: string) =>
      Page.parse(await (await fetch(url)).json()).data.map(({ id }) => id);
    const items = await list(`${path}?order=asc`);
    for (const [url, ids] of [
      ["/vector_stores", stores],
      [path, items],
    ] as const) {
      const [first, second, third, fourth] = ids;
      expect(await list(`${url}?order=asc&after=${first}&before=${fourth}`)).toEqual([
        second,
        third,
      ]);
      expect(await list(`${url}?order=asc&before=${fourth}&limit=1`)).toEqual([third]);
      expect(await list(`${url}?after=${fourth}&before=${first}`)).toEqual([third, second]);
    }
  });

  it("goes on although its row was deleted", async ({ expect }) => {
    const { client, fetch, files, list, store, path } = await createStore();
    await client.vectorStores.files.delete(files[4] ?? "", { vector_store_id: store.id });
    expect(await list(`order=asc&after=${files[4]}`)).toEqual([5, 6, 7, 8, 9]);
    expect(await list(`order=desc&after=${files[4]}`)).toEqual([3, 2, 1, 0]);
    expect(await list(`order=asc&before=${files[4]}&limit=2`)).toEqual([2, 3]);
    // The last number is given again: the file that has it now comes after the one that had it before.
    await client.vectorStores.files.delete(files[9] ?? "", { vector_store_id: store.id });
    await client.vectorStores.files.create(store.id, { file_id: files[4] ?? "" });
    expect(await list(`order=asc&after=${files[9]}`)).toEqual([4]);
    expect(await list(`order=asc&after=${files[8]}`)).toEqual([4]);
    expect((await fetch(`${path}?after=${files[0]?.slice(0, -4)}zzzz`)).status).toBe(400);

    const conversation = await client.conversations.create({
      items: ["a", "b", "c"].map((content) => ({ role: "user" as const, content })),
    });
    const items = (await client.conversations.items.list(conversation.id, { order: "asc" })).data;
    const [, second, third] = items;
    await client.conversations.items.delete(second?.id ?? "", { conversation_id: conversation.id });
    const rest = await client.conversations.items.list(conversation.id, {
      order: "asc",
      after: second?.id ?? "",
    });
    expect(rest.data.map(({ id }) => id)).toEqual([third?.id]);
  });

  it("is refused when it is of another list of the same conversation or store", async ({
    expect,
  }) => {
    const project = await createProject();
    const { client, fetch } = project;
    const status = async (url: string) => (await fetch(url)).status;
    const conversation = await client.conversations.create();
    const create = async (body: object) =>
      await client.responses.create({ model: "extractive-1", input: "Hello", ...body });
    const items = async (path: string) =>
      Page.parse(await (await fetch(`${path}?order=asc`)).json()).data.map(({ id }) => id);
    const first = await create({ conversation: conversation.id });
    const second = await create({ conversation: conversation.id });
    const alone = await create({});
    const next = await create({ previous_response_id: alone.id });
    const all = `/conversations/${conversation.id}/items`;
    const [asked = "", answer = "", askedNext = ""] = await items(all);
    expect(await items(inputOf(first))).toEqual([asked]);
    expect(await items(inputOf(second))).toEqual([askedNext]);

    for (const param of ["after", "before"]) {
      expect(await status(`${inputOf(first)}?${param}=${asked}`)).toBe(200);
      expect(await status(`${inputOf(first)}?${param}=${askedNext}`)).toBe(400);
      expect(await status(`${inputOf(first)}?${param}=${answer}`)).toBe(400);
      const [other = ""] = await items(inputOf(alone));
      expect(await status(`${inputOf(alone)}?${param}=${other}`)).toBe(200);
      expect(await status(`${inputOf(next)}?${param}=${other}`)).toBe(400);
    }
    await client.conversations.items.delete(asked, { conversation_id: conversation.id });
    for (const path of [all, inputOf(first)]) {
      expect(await status(`${path}?after=${asked}`)).toBe(200);
    }
    expect(await status(`${inputOf(second)}?after=${asked}`)).toBe(400);

    const { files, store, batchId, ...owner } = await createStore(2);
    const [added = ""] = await createFiles(owner, 1);
    await owner.client.vectorStores.files.create(store.id, { file_id: added });
    const ofBatch = `/vector_stores/${store.id}/file_batches/${batchId}/files`;
    expect((await owner.fetch(`${ofBatch}?after=${files[0]}`)).status).toBe(200);
    expect((await owner.fetch(`${ofBatch}?after=${added}`)).status).toBe(400);
    await owner.client.vectorStores.files.delete(files[0] ?? "", { vector_store_id: store.id });
    expect((await owner.fetch(`${ofBatch}?after=${files[0]}`)).status).toBe(200);
  });

  it("survives the official client's loop that lists and deletes", async ({ expect }) => {
    const { client, store, files } = await createStore(25);
    const deleted: string[] = [];
    for await (const { id } of client.vectorStores.files.list(store.id)) {
      await client.vectorStores.files.delete(id, { vector_store_id: store.id });
      deleted.push(id);
    }
    expect(deleted).toEqual(files.toReversed());
  });

  it("is forgotten a day after the detach, and with the store", async ({ expect }) => {
    const { client, scope, store, files } = await createStore(3);
    const stub = storeStub(scope, isVectorStoreId(store.id) ? store.id : "vs_");
    const [first = "", second = ""] = files;
    await client.vectorStores.files.delete(first, { vector_store_id: store.id });
    await runInDurableObject(stub, (_object, { storage }) =>
      storage.sql.exec("UPDATE detached SET detached_at = detached_at - 86401"),
    );
    await client.vectorStores.files.delete(second, { vector_store_id: store.id });
    const kept = await runInDurableObject(stub, (_object, { storage }) =>
      storage.sql.exec("SELECT file_id FROM detached").toArray(),
    );
    expect(kept).toEqual([{ file_id: second }]);

    await client.vectorStores.delete(store.id);
    await vi.waitUntil(
      async () =>
        await runInDurableObject(stub, (_object, { storage }) => {
          const left = storage.sql.exec("SELECT count(*) AS n FROM detached").one();
          return left["n"] === 0;
        }),
      { timeout: 10_000 },
    );
  });

  it("works in a store that the build before has made", async ({ expect }) => {
    const { client, scope, store, files, list } = await createStore(3);
    const stub = storeStub(scope, isVectorStoreId(store.id) ? store.id : "vs_");
    await runInDurableObject(stub, (_object, { storage }) => {
      storage.sql.exec(
        "DROP TABLE detached; DROP TABLE reconciliation; ALTER TABLE attachment DROP COLUMN warnings",
      );
      storage.sql.exec(BEFORE_FEWER_ROWS);
      storage.sql.exec(
        forgetMigrations("0005_detached", "0006_reconciliation", "0007_warnings", FEWER_ROWS),
      );
    });
    await evictDurableObject(stub);
    expect(await list("order=asc")).toEqual([0, 1, 2]);
    await client.vectorStores.files.delete(files[1] ?? "", { vector_store_id: store.id });
    expect(await list(`order=asc&after=${files[1]}`)).toEqual([2]);
  });
});
