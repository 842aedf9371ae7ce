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

/** Moves the chunks of a store (?1) out of the rows of their documents, as the build before has stored them. */
const ROWS_OF_BEFORE = [
  `INSERT INTO chunk (store_id, generation, file_id, version, ordinal, id, span_start, span_end, heading, text, pages)
   SELECT store_id, generation, file_id, version, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
     value ->> 5, value ->> 6
   FROM (SELECT *, only_chunk AS value FROM document WHERE store_id = ?1)`,
  "UPDATE document SET only_chunk = NULL WHERE store_id = ?1",
];

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

/** A database that reports how many rows each statement changes that is run by itself. */
function watchedBy(report: (changes: number) => void): D1Database {
  const watch = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => watch(target.bind(...values));
        if (name !== "run") return Reflect.get(target, name);
        return async () => {
          const result = await target.run();
          report(result.meta.changes);
          return result;
        };
      },
    });
  return new Proxy(env.CORPUS_0, {
    get: (db, name) =>
      name === "prepare" ? (sql: string) => watch(db.prepare(sql)) : Reflect.get(db, name),
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

  it("erases a large store in several transactions", async ({ expect }) => {
    const [index, other] = [newIndex(), newIndex()];
    const next = { ...index, generation: 2 };
    const files = Array.from({ length: 3_000 }, (_, number) =>
      makeDocument(`file-${number}`, 1, [`text ${number}`]),
    );
    const texts = Array.from({ length: 2_500 }, (_, number) => `text ${number}`);
    await corpus.writeDocuments(index, files);
    await corpus.writeDocuments(next, [makeDocument("file-a", 1, texts)]);
    await corpus.writeDocuments(other, [makeDocument("file-a", 1, ["text"])]);
    const transactions: number[] = [];
    const watched = new Corpus(watchedBy((changes) => void transactions.push(changes)));
    await watched.eraseStore(index.storeId);

    expect(transactions).toEqual([2_000, 1_001, 2_000, 500]);
    for (const each of [index, next]) expect(await corpus.countChunks(each)).toBe(0);
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
    await corpus.writeDocuments(index, [makeDocument("file-a", 1, ["old", "older"])]);
    await env.CORPUS_0.exec("ALTER TABLE chunk DROP COLUMN pages");
    await env.CORPUS_0.exec(addPages.split("\n").at(-2) ?? "");

    expect(await corpus.readChunks(index, "file-a")).toMatchObject([
      { text: "old", places: null },
      { text: "older", places: null },
    ]);
    await corpus.writeDocuments(index, [makeDocument("file-a", 2, ["new"])]);
    expect(await corpus.readChunks(index, "file-a")).toMatchObject([
      { text: "new", places: '[[0,"iv"]]' },
    ]);
  });

  it("keeps the chunk of a file that has one in the row of its document", async ({ expect }) => {
    const index = newIndex();
    const one = makeDocument("file-a", 1, ['quotes " and \\ and\nlines, 漢字 😀']);
    const long = makeDocument("file-b", 1, ["x".repeat(200_000)]);
    await corpus.writeDocuments(index, [one, long]);

    expect(await corpus.readChunks(index, "file-a")).toEqual(one.chunks);
    expect(await corpus.readChunks(index, "file-a", 1)).toEqual([]);
    expect(await readTexts(index, "file-b")).toEqual(["x".repeat(200_000)]);
    expect(await corpus.countChunks(index)).toBe(2);
    const rows = "SELECT file_id FROM chunk WHERE store_id = ?";
    expect((await env.CORPUS_0.prepare(rows).bind(index.storeId).all()).results).toEqual([
      { file_id: "file-b" },
    ]);

    await corpus.writeDocuments(index, [makeDocument("file-a", 2, ["two", "three"])]);
    expect(await readTexts(index, "file-a")).toEqual(["two", "three"]);
    await corpus.writeDocuments(index, [makeDocument("file-a", 3, ["four"])]);
    expect(await readTexts(index, "file-a")).toEqual(["four"]);
    expect(await corpus.countChunks(index)).toBe(2);
  });

  it("goes on with the rows of the build before, which kept each chunk in a row", async ({
    expect,
  }) => {
    const index = newIndex();
    const documents = (["file-a", "file-b", "file-c"] as const).map((fileId) =>
      makeDocument(fileId, 1, [`text of ${fileId}`]),
    );
    await corpus.writeDocuments(index, documents);
    await env.CORPUS_0.batch(
      ROWS_OF_BEFORE.map((sql) => env.CORPUS_0.prepare(sql).bind(index.storeId)),
    );

    expect(await readTexts(index, "file-a")).toEqual(["text of file-a"]);
    // The build before has ended between two transactions: the document is there and its chunk is not.
    await env.CORPUS_0.prepare("DELETE FROM chunk WHERE file_id = 'file-b'").run();
    expect(await corpus.readDocuments(index)).toMatchObject([
      { fileId: "file-a", chunksStored: 1 },
      { fileId: "file-b", chunksStored: 0 },
      { fileId: "file-c", chunksStored: 1 },
    ]);
    await corpus.writeDocuments(index, documents.slice(0, 2));
    await corpus.removeDocuments(index, [{ fileId: "file-c", version: 1 }]);
    expect(await corpus.readDocuments(index)).toMatchObject([
      { fileId: "file-a", chunksStored: 1, deleted: false },
      { fileId: "file-b", chunksStored: 1, deleted: false },
      { fileId: "file-c", chunksStored: 0, deleted: true },
    ]);
    expect(await readTexts(index, "file-b")).toEqual(["text of file-b"]);
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
