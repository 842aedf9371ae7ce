import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { toFile } from "openai";
import { describe, it } from "vitest";

import { isVectorStoreId } from "../../../src/ids.ts";
import { BEFORE_FEWER_ROWS, FEWER_ROWS } from "../../fakes/before-fewer-rows.ts";
import { forgetMigrations } from "../../fakes/forget-migrations.ts";
import { createProject } from "../project.ts";
import { storeStub } from "./store.ts";

const INCLUDE = { query: { include: "edgewise.warnings" } };
const PAGE = "<h1>Herons</h1><p>Herons nest in trees.</p><img src=a.png><img src=b.png alt=''>";
const TWO_IMAGES = [
  { code: "images_without_text", count: 2, message: "2 images without text" },
] as const;

async function createStore() {
  const { client, scope } = await createProject();
  const store = await client.vectorStores.create({});
  const add = async (text: string, name = "page.html") => {
    const file = await client.files.create({
      file: await toFile(Buffer.from(text), name),
      purpose: "assistants",
    });
    await client.vectorStores.files.createAndPoll(store.id, { file_id: file.id });
    return file.id;
  };
  const get = async (path: string, options = {}): Promise<unknown> =>
    await client.get(`/vector_stores/${store.id}/${path}`, options);
  return { client, store, scope, add, get };
}

describe("the warnings of a file", () => {
  it("count what was lost, where the client asks for them", async ({ expect }) => {
    const { add, get } = await createStore();
    const id = await add(PAGE);
    const whole = await add("Nothing is lost here.", "whole.txt");

    expect(await get(`files/${id}`)).not.toHaveProperty("warnings");
    expect(await get(`files/${id}`, INCLUDE)).toMatchObject({ warnings: TWO_IMAGES });
    expect(await get(`files/${whole}`, INCLUDE)).toMatchObject({ warnings: [] });
    expect(await get("files?order=asc", INCLUDE)).toMatchObject({
      data: [
        { id, warnings: TWO_IMAGES },
        { id: whole, warnings: [] },
      ],
    });
  });

  it("are also those of a file that shares the chunks of one with the same bytes", async ({
    expect,
  }) => {
    const { client, store, add, get } = await createStore();
    const first = await add(PAGE);
    const second = await add(PAGE);
    expect(await get(`files/${second}`, INCLUDE)).toMatchObject({ warnings: TWO_IMAGES });

    await client.vectorStores.files.update(second, {
      vector_store_id: store.id,
      attributes: { kind: "bird" },
    });
    await client.vectorStores.files.poll(store.id, second);
    expect(await get(`files/${first}`, INCLUDE)).toMatchObject({ warnings: TWO_IMAGES });
    expect(await get(`files/${second}`, INCLUDE)).toMatchObject({ warnings: TWO_IMAGES });
  });

  it("are in the explanation of a search", async ({ expect }) => {
    const { client, store, add } = await createStore();
    await add(PAGE);
    const found = await client.post(`/vector_stores/${store.id}/search`, {
      body: { query: "Where do herons nest?", explain: true },
    });
    expect(found).toMatchObject({ data: [{ explanation: { warnings: TWO_IMAGES } }] });
  });

  it("are none in a store that the build before has made", async ({ expect }) => {
    const { client, store, scope, add, get } = await createStore();
    const id = await add(PAGE);
    const stub = storeStub(scope, isVectorStoreId(store.id) ? store.id : "vs_");
    await runInDurableObject(stub, (_object, { storage }) => {
      storage.sql.exec("ALTER TABLE attachment DROP COLUMN warnings");
      storage.sql.exec(BEFORE_FEWER_ROWS);
      storage.sql.exec(forgetMigrations("0007_warnings", FEWER_ROWS));
    });
    await evictDurableObject(stub);

    expect(await get(`files/${id}`, INCLUDE)).toMatchObject({ status: "completed", warnings: [] });
    const { data } = await client.vectorStores.search(store.id, { query: "herons" });
    expect(data.map(({ file_id }) => file_id)).toEqual([id]);
    const again = await add(`${PAGE}<img>`);
    expect(await get(`files/${again}`, INCLUDE)).toMatchObject({ warnings: [{ count: 3 }] });
  });
});
