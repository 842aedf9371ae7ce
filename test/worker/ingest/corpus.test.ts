import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import addPages from "../../../migrations/corpus/0002_pages.sql";
import { newId, type FileId } from "../../../src/ids.ts";
import type { CorpusDocument, CorpusIndex } from "../../../src/ingest/corpus-types.ts";
import { Corpus } from "../../../src/platform/databases/corpus.ts";

const corpus = new Corpus(env.CORPUS_0);

const newIndex = (): CorpusIndex => ({
  projectId: newId("proj_"),
  storeId: newId("vs_"),
  generation: 1,
});

function makeDocument(fileId: FileId, version: number, texts: readonly string[]): CorpusDocument {
  const chunks = texts.map((text, ordinal) => ({
    id: `chunk_${fileId}_${version}_${ordinal}`,
    ordinal,
    start: ordinal * 10,
    end: ordinal * 10 + text.length,
    heading: "Guide › Part",
    text,
    places: '[[0,"iv"]]',
  }));
  return { fileId, version, filename: `${fileId}.txt`, chunkCount: chunks.length, chunks };
}

const readTexts = async (index: CorpusIndex, fileId: FileId) =>
  (await corpus.readChunks(index, fileId)).map(({ text }) => text);

/** A database where the `number`-th statement of a batch fails, and with it the transaction. */
function failingAt(number: number): D1Database {
  const broken = env.CORPUS_0.prepare("INSERT INTO no_such_table VALUES (1)");
  return new Proxy(env.CORPUS_0, {
    get(db, name) {
      if (name === "batch") {
        return (statements: D1PreparedStatement[]) =>
          db.batch(statements.toSpliced(number, 0, broken));
      }
      const value: unknown = Reflect.get(db, name);
      return typeof value === "function" ? value.bind(db) : value;
    },
  });
}

describe("Corpus", () => {
  it("stores documents with their chunks, and a repeated write changes nothing", async ({
    expect,
  }) => {
    const index = newIndex();
    const documents = [
      makeDocument("file-a", 1, ["one", 'quotes " and \\ and\nlines', "漢字 😀"]),
      makeDocument("file-b", 1, []),
    ];
    await corpus.writeDocuments(index, documents);
    await corpus.writeDocuments(index, documents);

    expect(await corpus.readChunks(index, "file-a")).toEqual(documents[0]?.chunks);
    expect(await corpus.readDocuments(index)).toEqual([
      {
        fileId: "file-a",
        version: 1,
        filename: "file-a.txt",
        chunkCount: 3,
        chunksStored: 3,
        deleted: false,
      },
      {
        fileId: "file-b",
        version: 1,
        filename: "file-b.txt",
        chunkCount: 0,
        chunksStored: 0,
        deleted: false,
      },
    ]);
    expect(await corpus.countChunks(index)).toBe(3);
  });

  it("replaces an older version, and a late older version changes nothing", async ({ expect }) => {
    const index = newIndex();
    await corpus.writeDocuments(index, [makeDocument("file-a", 1, ["old", "old", "old"])]);
    await corpus.writeDocuments(index, [makeDocument("file-a", 2, ["new"])]);
    await corpus.writeDocuments(index, [makeDocument("file-a", 1, ["late", "late"])]);

    expect(await readTexts(index, "file-a")).toEqual(["new"]);
    expect(await corpus.readDocuments(index)).toMatchObject([{ version: 2, chunkCount: 1 }]);
  });

  it("refuses a removed version, even when the removal came first", async ({ expect }) => {
    const index = newIndex();
    await corpus.writeDocuments(index, [
      makeDocument("file-a", 3, ["a"]),
      makeDocument("file-b", 3, ["b"]),
    ]);
    await corpus.removeDocuments(index, [
      { fileId: "file-a", version: 3 },
      { fileId: "file-b", version: 2 },
      { fileId: "file-c", version: 5 },
    ]);
    await corpus.writeDocuments(index, [
      makeDocument("file-a", 3, ["late"]),
      makeDocument("file-c", 5, ["late"]),
    ]);

    expect(await readTexts(index, "file-a")).toEqual([]);
    expect(await readTexts(index, "file-b")).toEqual(["b"]);
    expect(await readTexts(index, "file-c")).toEqual([]);
    await corpus.writeDocuments(index, [makeDocument("file-a", 4, ["again"])]);
    expect(await readTexts(index, "file-a")).toEqual(["again"]);
  });

  it("keeps stores and generations apart", async ({ expect }) => {
    const index = newIndex();
    const next = { ...index, generation: 2 };
    const other = newIndex();
    for (const each of [index, next, other]) {
      await corpus.writeDocuments(each, [makeDocument("file-a", 1, ["text"])]);
    }
    await corpus.removeDocuments(next, [{ fileId: "file-a", version: 1 }]);
    expect(await readTexts(index, "file-a")).toEqual(["text"]);
    await corpus.eraseStore(index.storeId);

    expect(await corpus.countChunks(index)).toBe(0);
    expect(await corpus.readDocuments(next)).toEqual([]);
    expect(await readTexts(other, "file-a")).toEqual(["text"]);
  });

  it("writes a document of many megabytes in several transactions", async ({ expect }) => {
    const index = newIndex();
    const texts = Array.from({ length: 3_000 }, (_, number) => `${number} ${"漢".repeat(1_600)}`);
    await corpus.writeDocuments(index, [makeDocument("file-a", 1, texts)]);

    expect(await corpus.countChunks(index)).toBe(3_000);
    expect(await corpus.readChunks(index, "file-a", 2_999)).toMatchObject([{ text: texts[2_999] }]);
  });

  it.for([0, 1, 2, 3])(
    "changes nothing when statement %i of a write fails",
    async (number, { expect }) => {
      const index = newIndex();
      await corpus.writeDocuments(index, [makeDocument("file-a", 1, ["old", "old"])]);
      const failing = new Corpus(failingAt(number));

      await expect(
        failing.writeDocuments(index, [makeDocument("file-a", 2, ["new"])]),
      ).rejects.toThrow();
      expect(await readTexts(index, "file-a")).toEqual(["old", "old"]);
      await corpus.writeDocuments(index, [makeDocument("file-a", 2, ["new"])]);
      expect(await readTexts(index, "file-a")).toEqual(["new"]);
    },
  );

  it("reads chunks that the build before has written, without pages", async ({ expect }) => {
    const index = newIndex();
    await corpus.writeDocuments(index, [makeDocument("file-a", 1, ["old"])]);
    await env.CORPUS_0.exec("ALTER TABLE chunk DROP COLUMN pages");
    await env.CORPUS_0.exec(addPages.split("\n").at(-2) ?? "");

    expect(await corpus.readChunks(index, "file-a")).toMatchObject([{ text: "old", places: null }]);
    await corpus.writeDocuments(index, [makeDocument("file-a", 2, ["new"])]);
    expect(await corpus.readChunks(index, "file-a")).toMatchObject([
      { text: "new", places: '[[0,"iv"]]' },
    ]);
  });

  it.for([0, 1, 2])(
    "changes nothing when statement %i of a removal fails",
    async (number, { expect }) => {
      const index = newIndex();
      const removed = [{ fileId: "file-a", version: 1 } as const];
      await corpus.writeDocuments(index, [makeDocument("file-a", 1, ["text"])]);

      await expect(new Corpus(failingAt(number)).removeDocuments(index, removed)).rejects.toThrow();
      expect(await readTexts(index, "file-a")).toEqual(["text"]);
      await corpus.removeDocuments(index, removed);
      expect(await readTexts(index, "file-a")).toEqual([]);
    },
  );
});
