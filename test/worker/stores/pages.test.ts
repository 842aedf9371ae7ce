import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { toFile } from "openai";
import { describe, it } from "vitest";

import { isVectorStoreId, type VectorStoreId } from "../../../src/ids.ts";
import { shardName } from "../../../src/knowledge/scope.ts";
import { addressObject } from "../../../src/platform/objects.ts";
import { drawPdf, lines } from "../../rules/ingest/pdf/draw-pdf.ts";
import { createProject } from "../project.ts";

const GROUNDING = { include: ["edgewise.grounding"] };
const LABELS = "/PageLabels << /Nums [0 << /S /r >> 2 << /S /D /St 7 >>] >>";
const page = (...texts: readonly string[]) => ({ content: lines(72, 700, texts) });
const BOOK = drawPdf(
  [
    page("Foreword about nothing in particular."),
    page("Badgers dig their setts in sandy soil."),
    page("Herons nest in the crowns of tall trees."),
  ],
  { catalog: LABELS },
);
const SMALL = {
  type: "static",
  static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 },
} as const;

/** The output of an answer that cites a page of the book, which has one chunk. */
const cited = (name: string) => [
  { type: "file_search_call", results: [{ page: "i", heading_path: [] }] },
  { content: [{ annotations: [{ filename: "book.pdf", page: name, heading_path: [] }] }] },
];

async function createStore() {
  const { client, scope } = await createProject();
  const store = await client.vectorStores.create({});
  const id: VectorStoreId = isVectorStoreId(store.id) ? store.id : "vs_";
  const add = async (bytes: Uint8Array, name: string) => {
    const file = await client.files.create({
      file: await toFile(bytes, name),
      purpose: "assistants",
    });
    await client.vectorStores.files.createAndPoll(id, {
      file_id: file.id,
      chunking_strategy: SMALL,
    });
    return file.id;
  };
  const search = async (query: string, more: object = GROUNDING): Promise<unknown> =>
    await client.post(`/vector_stores/${id}/search`, { body: { query, ...more } });
  return { client, scope, id, add, search };
}

describe("the page of a passage", () => {
  it("is in search results as it is printed, where the client asks for it", async ({ expect }) => {
    const { add, search } = await createStore();
    const filler = Array.from({ length: 40 }, (_, line) => `Line ${line} says nothing of note.`);
    await add(
      drawPdf([page("Badgers dig."), page(...filler), page("Herons nest in trees.")], {
        catalog: LABELS,
      }),
      "long.pdf",
    );
    await add(Buffer.from("# Birds\n\n## Owls\n\nOwls hunt at night."), "owls.md");

    expect(await search("Badgers", {})).not.toHaveProperty("data[0].page");
    expect(await search("Where do herons nest?")).toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ page: "ii", heading_path: [] })]),
    });
    expect(await search("Where do badgers dig?")).toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ page: "i", heading_path: [] })]),
    });
    expect(await search("When do owls hunt?")).toMatchObject({
      data: expect.arrayContaining([
        expect.objectContaining({ page: null, heading_path: ["Birds", "Owls"] }),
      ]),
    });
  });

  it("is that of the quote in a citation, also within a chunk of several pages", async ({
    expect,
  }) => {
    const { client, id, add } = await createStore();
    await add(BOOK, "book.pdf");
    const ask = async (input: string, include: readonly string[]): Promise<unknown> =>
      await client.post("/responses", {
        body: {
          model: "extractive-1",
          input,
          include: [...include, "file_search_call.results"],
          tools: [{ type: "file_search", vector_store_ids: [id] }],
        },
      });
    const asked = GROUNDING.include;
    expect(await ask("Where do badgers dig their setts?", asked)).toMatchObject({
      output: cited("ii"),
    });
    expect(await ask("Where do herons nest?", asked)).toMatchObject({ output: cited("7") });
    expect(JSON.stringify(await ask("Where do herons nest?", []))).not.toContain('"page"');
  });

  it("is unknown for chunks of the build before, until the file is read again", async ({
    expect,
  }) => {
    const { client, scope, id, add, search } = await createStore();
    const fileId = await add(BOOK, "book.pdf");
    const shard = addressObject(env.SEARCH_SHARDS, scope, shardName(scope, id, 1, 0));
    await runInDurableObject(shard, (_object, { storage }) => {
      // The migration gives the chunks that are there no pages.
      storage.sql.exec("UPDATE chunk SET pages = NULL");
    });
    await evictDurableObject(shard);

    const unknown = { page: null, table: null, row: null };
    expect(await search("herons")).toMatchObject({ data: [{ file_id: fileId, ...unknown }] });
    const again = await client.post(`/vector_stores/${id}/files/${fileId}/reingest`);
    expect(again).toMatchObject({ id: fileId, status: "in_progress" });
    expect(await search("herons")).toMatchObject({ data: [{ file_id: fileId }] });
    await client.vectorStores.files.poll(id, fileId);
    expect(await search("herons")).toMatchObject({ data: [{ file_id: fileId, page: "i" }] });
  });

  it("has its table and row beside it, in results and in citations", async ({ expect }) => {
    const { client, id, add, search } = await createStore();
    const rows = Array.from({ length: 60 }, (_, row) => `| bolt${row} | ${100 + row} EUR |`);
    await add(
      Buffer.from(
        `# Parts\n\nPrices 2026:\n\n| Item | Price |\n| --- | --- |\n${rows.join("\n")}\n`,
      ),
      "parts.md",
    );
    expect(await search("bolt41", {})).not.toHaveProperty("data[0].table");
    type Found = { data: { table: string; row: number; content: { text: string }[] }[] };
    const { data }: Found = await client.post(`/vector_stores/${id}/search`, {
      body: { query: "What does bolt41 cost?", ...GROUNDING },
    });
    for (const { table, row, content } of data) {
      const firstRow = /bolt(\d+)/.exec(content[0]?.text ?? "")?.[1];
      expect({ table, row }).toEqual({ table: "Prices 2026", row: Number(firstRow) + 1 });
    }
    type Answer = { output: { content: { annotations: { quote: string }[] }[] }[] };
    const { output }: Answer = await client.post("/responses", {
      body: {
        model: "extractive-1",
        input: "What is the price of bolt41?",
        include: [...GROUNDING.include, "file_search_call.results"],
        tools: [{ type: "file_search", vector_store_ids: [id] }],
      },
    });
    const annotations = output[1]?.content[0]?.annotations ?? [];
    expect(annotations.length).toBeGreaterThan(0);
    for (const { quote, ...place } of annotations) {
      const row = Number(/bolt(\d+)/.exec(quote)?.[1]) + 1;
      expect(place).toMatchObject({ page: null, table: "Prices 2026", row });
    }
  });
});
