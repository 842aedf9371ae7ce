import { env } from "cloudflare:workers";
import { beforeAll, describe, it, vi } from "vitest";

import { CorpusRoom } from "../../../src/platform/databases/corpus-room.ts";
import { COUNT_STORED_CHUNKS } from "../../fakes/count-stored-chunks.ts";
import { createProject } from "../project.ts";
import { reconcile } from "../stores/reconcilable.ts";
import { fill, makeRoom, readAssigned } from "./full-database.ts";

const PATIENCE = { timeout: 10_000, interval: 20 };
const MEGABYTE = 1024 * 1024;

/** The operator's own database, which stands in for one that was added. */
const ADDED = env.DATA;

const countChunks = async (storeId: string) => {
  const count = ADDED.prepare(COUNT_STORED_CHUNKS).bind(storeId);
  return await count.first("n");
};

beforeAll(async () => {
  const statements = env.TEST_CORPUS_MIGRATIONS.flatMap(({ queries }) => queries);
  await ADDED.batch(statements.map((sql) => ADDED.prepare(sql)));
  Reflect.set(env, "CORPUS_2", ADDED);
});

describe("a corpus database that was added", () => {
  it("takes new files, and is read, reconciled and erased like the others", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const upload = async (name: string) => {
      const file = new File([`Herons nest in ${name}.`], `${name}.txt`);
      return (await client.files.create({ file, purpose: "assistants" })).id;
    };
    await env.CATALOG.prepare(
      "INSERT INTO corpus_shard (number, bytes) VALUES (0, 500), (1, 500)",
    ).run();
    const { id } = await client.vectorStores.create({});
    const [one, two] = [await upload("trees"), await upload("reeds")];
    expect([await readAssigned(one), await readAssigned(two)]).toEqual([2, 2]);
    for (const fileId of [one, two]) {
      const attached = await client.vectorStores.files.createAndPoll(id, { file_id: fileId });
      expect(attached.status).toBe("completed");
    }
    expect(await countChunks(id)).toBe(2);
    const page = await client.vectorStores.files.content(one, { vector_store_id: id });
    expect(page.data.map(({ text }) => text).join("")).toBe("Herons nest in trees.");

    await ADDED.prepare("UPDATE document SET only_chunk = NULL WHERE file_id = ?").bind(one).run();
    expect(await reconcile(project, id)).toEqual({ checked: 2, indexed: 1 });
    await vi.waitUntil(async () => (await countChunks(id)) === 2, PATIENCE);
    await client.files.delete(one);
    await vi.waitUntil(async () => (await countChunks(id)) === 1, PATIENCE);
    await client.vectorStores.delete(id);
    await vi.waitUntil(async () => (await countChunks(id)) === 0, PATIENCE);
  });

  it("takes the files that a full one refuses", async ({ expect }) => {
    const { client } = await createProject();
    const { id } = await client.vectorStores.create({});
    await makeRoom();
    await env.CATALOG.prepare("UPDATE corpus_shard SET bytes = iif(number = 0, 0, 900000)").run();
    const file = new File(["Herons nest in trees."], "a.txt");
    const { id: fileId } = await client.files.create({ file, purpose: "assistants" });
    expect(await readAssigned(fileId)).toBe(0);
    for (const corpus of [env.CORPUS_0, env.CORPUS_1]) await fill(corpus);
    await client.vectorStores.files.createAndPoll(id, { file_id: fileId });
    expect(await countChunks(id)).toBe(1);
    await makeRoom();
  });
});

describe("the room of corpus databases", () => {
  it("is what D1 says of their sizes, and uploads decide between equals", async ({ expect }) => {
    const room = new CorpusRoom(env.CATALOG);
    const choose = () => room.choose([0, 1, 2]);
    await env.CATALOG.prepare(
      "UPDATE corpus_shard SET stored_bytes = 0, bytes = number, full_at = NULL",
    ).run();
    expect(await choose()).toBe(0);
    await room.note(0, 200 * MEGABYTE);
    await room.note(1, 63 * MEGABYTE);
    expect(await choose()).toBe(1);
    await room.note(1, 300 * MEGABYTE);
    await room.close(2);
    expect(await choose()).toBe(0);
    await room.note(0, 9_100_000_000);
    await room.note(1, 9_100_000_000);
    expect(await choose()).toBe(null);
    await room.note(1, 8_000_000_000);
    expect(await choose()).toBe(1);
    await env.CATALOG.prepare("UPDATE corpus_shard SET full_at = unixepoch() - 601").run();
    expect(await choose()).toBe(2);
  });
});
