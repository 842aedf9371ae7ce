import { toFile } from "openai";
import { describe, it } from "vitest";

import { CORPORA } from "../corpus/full-database.ts";
import { createProject } from "../project.ts";

const SMALL = {
  type: "static",
  static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 },
} as const;
const section = (heading: string, sentence: string) =>
  `## ${heading}\n\n${`${sentence} `.repeat(8).trim()}`;
/** A text with three sections, each of which fills a chunk of this size. */
const TEXT = [
  "# Handbook",
  section("Leave", "Employees have 30 days of annual leave."),
  section("Travel", "Trains are booked in second class."),
  section("Rooms", "The blue room seats twelve people."),
].join("\n\n");

type ChunkList = {
  data: {
    id: string;
    index: number;
    start_index: number;
    end_index: number;
    heading_path: string[];
    page: string | null;
    text: string;
  }[];
  last_id: string;
  has_more: boolean;
};

async function createStore() {
  const { client, fetch } = await createProject();
  const store = await client.vectorStores.create({});
  const add = async (text: string, name = "handbook.md") => {
    const file = await client.files.create({
      file: await toFile(Buffer.from(text), name),
      purpose: "assistants",
    });
    await client.vectorStores.files.createAndPoll(store.id, {
      file_id: file.id,
      chunking_strategy: SMALL,
    });
    return file.id;
  };
  const list = async (fileId: string, query = ""): Promise<ChunkList> =>
    await (await fetch(`/vector_stores/${store.id}/files/${fileId}/chunks${query}`)).json();
  const text = async (fileId: string): Promise<string> => {
    const content: { data: { text: string }[] } = await (
      await fetch(`/vector_stores/${store.id}/files/${fileId}/content`)
    ).json();
    return content.data[0]?.text ?? "";
  };
  return { client, fetch, store, add, list, text };
}

describe("the chunks of a file", () => {
  it("are listed in order, each where it stands in the text", async ({ expect }) => {
    const { add, list, text } = await createStore();
    const fileId = await add(TEXT);
    const whole = await text(fileId);
    const { data, has_more } = await list(fileId);
    expect(has_more).toBe(false);
    expect(data.map(({ heading_path: path }) => path)).toEqual([
      ["Handbook", "Leave"],
      ["Handbook", "Travel"],
      ["Handbook", "Rooms"],
    ]);
    for (const [index, chunk] of data.entries()) {
      expect(chunk).toMatchObject({ object: "vector_store.file.chunk", index, page: null });
      expect(whole.slice(chunk.start_index, chunk.end_index)).toBe(chunk.text);
    }
  });

  it("come in pages, also those of an earlier version's cursor", async ({ expect }) => {
    const { client, store, add, list } = await createStore();
    const fileId = await add(TEXT);
    const first = await list(fileId, "?limit=2");
    expect(first).toMatchObject({ has_more: true, data: [{ index: 0 }, { index: 1 }] });
    await client.post(`/vector_stores/${store.id}/files/${fileId}/reingest`);
    const rest = await list(fileId, `?limit=2&after=${first.last_id}`);
    expect(rest).toMatchObject({ has_more: false, data: [{ index: 2 }] });
  });

  it("are shared by files with the same bytes", async ({ expect }) => {
    const { add, list } = await createStore();
    const [one, two] = [await add(TEXT), await add(TEXT, "copy.md")];
    expect((await list(two)).data).toEqual((await list(one)).data);
  });

  it("fill a page of at most a megabyte", async ({ expect }) => {
    const { store, add, list } = await createStore();
    const fileId = await add(TEXT);
    // Chunks of this size come from texts without spaces.
    for (const corpus of CORPORA) {
      await corpus
        .prepare("UPDATE chunk SET text = ?1 WHERE store_id = ?2")
        .bind("x".repeat(500_000), store.id)
        .run();
    }
    const first = await list(fileId, "?limit=100");
    expect(first).toMatchObject({ has_more: true, data: [{ index: 0 }] });
    expect(await list(fileId, `?after=${first.last_id}`)).toMatchObject({ data: [{ index: 1 }] });
  });

  it("of a file without text are refused with the reason", async ({ expect }) => {
    const { client, fetch, store } = await createStore();
    const file = await client.files.create({
      file: await toFile(Buffer.from([0, 1, 2, 255, 254]), "picture.bin"),
      purpose: "assistants",
    });
    await client.vectorStores.files.createAndPoll(store.id, { file_id: file.id });
    const refused = await fetch(`/vector_stores/${store.id}/files/${file.id}/chunks`);
    expect(refused.status).toBe(404);
    expect(await refused.text()).toContain("because its status is failed");
  });

  it("refuse a cursor that is no id of a chunk", async ({ expect }) => {
    const { fetch, store, add } = await createStore();
    const fileId = await add(TEXT);
    const refused = await fetch(`/vector_stores/${store.id}/files/${fileId}/chunks?after=7`);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("it must be the id of a chunk");
  });
});

describe("the index of a store", () => {
  it("shows the model and the chunks of each shard", async ({ expect }) => {
    const { client, store, add, fetch } = await createStore();
    const read = async () => await (await fetch(`/vector_stores/${store.id}/index`)).json();
    expect(await read()).toMatchObject({ chunk_count: 0, shards: [] });
    const fileId = await add(TEXT);
    expect(await read()).toEqual({
      object: "vector_store.index",
      vector_store_id: store.id,
      embedding_model: "hash-1",
      analyzer_version: 1,
      generation: 1,
      content_version: expect.any(Number),
      chunk_count: 3,
      max_chunks_per_shard: expect.any(Number),
      chunking_strategy: {
        type: "static",
        static: { max_chunk_size_tokens: 400, chunk_overlap_tokens: 60 },
      },
      dense_index: "auto",
      shards: [{ number: 0, chunk_count: 3, followers: [] }],
    });
    await client.vectorStores.files.delete(fileId, { vector_store_id: store.id });
    expect(await read()).toMatchObject({ chunk_count: 0 });
    const whole = await fetch(`/vector_stores/${store.id}/index?include=edgewise.reindex`);
    expect(await whole.json()).toMatchObject({ reindex: null });
  });
});
