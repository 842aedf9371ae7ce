import { CHUNK_TEXT_BYTES_MAX } from "../../bounds.ts";
import {
  withBound,
  LONG_TEXT_BYTES_MAX,
  columns,
  flag,
  integer,
  nullable,
  type RowOf,
  text,
} from "../../columns.ts";
import type { FileId, ProjectId, VectorStoreId } from "../../ids.ts";
import type { CorpusChunk, CorpusDocument, CorpusIndex } from "../../ingest/corpus-types.ts";
import { giveTurn } from "../../ingest/slices.ts";
import { classifyFailure } from "../failure.ts";
import { IS_KEPT } from "./erased-index.ts";

/**
 * A row of the table of documents in a corpus database: a file in the index of a vector store, or the tombstone of one
 * that was removed.
 */
export type CorpusEntry = {
  readonly fileId: FileId;
  readonly version: number;
  readonly filename: string;
  /**
   * The number of chunks of this version; `chunksStored` is the number of those stored so far. They differ only while a
   * large file is being written.
   */
  readonly chunkCount: number;
  readonly chunksStored: number;
  readonly deleted: boolean;
};

/**
 * The columns of the table of documents in a corpus database. A document that was removed leaves its row as a
 * tombstone, with `deleted` set.
 */
export const DOCUMENT = columns("document", {
  storeId: text<VectorStoreId>(),
  generation: integer(),
  fileId: text<FileId>(),
  projectId: text<ProjectId>(),
  version: integer(),
  filename: text(),
  chunkCount: integer(),
  deleted: flag(),
});
/** The columns of the table of chunks in a corpus database. */
export const CORPUS_CHUNK = columns("chunk", {
  storeId: text<VectorStoreId>(),
  generation: integer(),
  fileId: text<FileId>(),
  version: integer(),
  ordinal: integer(),
  id: text(),
  start: integer("span_start"),
  end: integer("span_end"),
  heading: withBound(text(), LONG_TEXT_BYTES_MAX),
  text: withBound(text(), CHUNK_TEXT_BYTES_MAX),
  places: nullable(text("pages")),
});
/** Documents and chunks are bound as JSON: many rows in one value, with columns in the order of these selections. */
const HEAD = DOCUMENT.pick("fileId", "version", "filename", "chunkCount");
const BURIED = DOCUMENT.pick("fileId", "version");
const ROW = CORPUS_CHUNK.omit("storeId", "generation");
const ENTRY = DOCUMENT.pick("fileId", "version", "filename", "chunkCount", "deleted");

/** A newer version replaces an older one. The same version or an older one changes nothing. */
const PUT_DOCUMENTS = `
  INSERT INTO document (store_id, generation, project_id, ${HEAD.names})
  SELECT ?1, ?2, ?3, ${HEAD.elements} FROM json_each(?4) WHERE ${IS_KEPT}
  ON CONFLICT (store_id, generation, file_id) DO UPDATE SET
    ${HEAD.omit("fileId").excluded}, deleted = 0
  WHERE excluded.version > document.version`;

/** Deletes chunks of versions older than the one in `document`. */
const DROP_OLD_CHUNKS = `
  DELETE FROM chunk WHERE store_id = ?1 AND generation = ?2
    AND file_id IN (SELECT ${HEAD.element("fileId")} FROM json_each(?3))
    AND version < (SELECT version FROM document
      WHERE document.store_id = chunk.store_id AND document.generation = chunk.generation
        AND document.file_id = chunk.file_id)`;

/** Inserts only chunks of the version in `document`. Existing chunks stay. */
const PUT_CHUNKS = `
  INSERT INTO chunk (store_id, generation, ${ROW.names})
  SELECT ?1, ?2, ${ROW.elements}
  FROM json_each(?3) CROSS JOIN document
  WHERE document.store_id = ?1 AND generation = ?2 AND document.file_id = ${ROW.element("fileId")}
    AND version = ${ROW.element("version")} AND deleted = 0
  ON CONFLICT (store_id, generation, file_id, ordinal) DO NOTHING`;

/** Writes a tombstone, even for an unknown file: it refuses writes that are still on their way. */
const BURY_DOCUMENTS = `
  INSERT INTO document (store_id, generation, file_id, project_id, version, filename, chunk_count, deleted)
  SELECT ?1, ?2, ${BURIED.element("fileId")}, ?3, ${BURIED.element("version")}, '', 0, 1 FROM json_each(?4) WHERE ${IS_KEPT}
  ON CONFLICT (store_id, generation, file_id) DO UPDATE SET
    version = excluded.version, filename = '', chunk_count = 0, deleted = 1
  WHERE excluded.version >= document.version`;

const VERSION_OF_BURIED = `(SELECT ${BURIED.element("version")} FROM json_each(?3)
  WHERE ${BURIED.element("fileId")} = document.file_id)`;
/** Turns the rows of known files into tombstones, which takes no room. */
const BURY_KNOWN = `
  UPDATE document SET version = ${VERSION_OF_BURIED}, filename = '', chunk_count = 0, deleted = 1
  WHERE store_id = ?1 AND generation = ?2
    AND file_id IN (SELECT ${BURIED.element("fileId")} FROM json_each(?3))
    AND version <= ${VERSION_OF_BURIED}`;

const DROP_CHUNKS_OF_DELETED = `
  DELETE FROM chunk WHERE store_id = ?1 AND generation = ?2 AND (file_id, ordinal) IN (
    SELECT chunk.file_id, ordinal FROM json_each(?3)
    CROSS JOIN document ON document.store_id = ?1 AND document.generation = ?2
      AND document.file_id = ${BURIED.element("fileId")} AND deleted = 1
    CROSS JOIN chunk ON chunk.store_id = ?1 AND chunk.generation = ?2
      AND chunk.file_id = document.file_id
    LIMIT ?4)`;

const READ_DOCUMENTS = `
  SELECT ${ENTRY.select()},
    (SELECT count(*) FROM chunk WHERE chunk.store_id = document.store_id
      AND chunk.generation = document.generation AND chunk.file_id = document.file_id) AS chunksStored
  FROM document WHERE store_id = ?1 AND generation = ?2 AND file_id > ?3 ORDER BY file_id LIMIT ?4`;

const READ_CHUNKS = `
  SELECT ${ROW.omit("fileId", "version").select()} FROM chunk
  WHERE store_id = ?1 AND generation = ?2 AND file_id = ?3 AND ordinal >= ?4 ORDER BY ordinal LIMIT ?5`;

const COUNT_CHUNKS = "SELECT count(*) AS count FROM chunk WHERE store_id = ?1 AND generation = ?2";

const ERASE_CHUNKS = "DELETE FROM chunk WHERE store_id = ?1";
const ERASE_DOCUMENTS = "DELETE FROM document WHERE store_id = ?1";

/**
 * A bound value may have 2 MB. In UTF-8, a UTF-16 code unit takes at most three bytes, and texts in scripts that take
 * three have hardly anything to escape.
 */
const STATEMENT_LENGTH_MAX = 600_000;
/**
 * Maximum length of all rows in one transaction: a large document is written in several. Locally, nothing else runs
 * during a transaction: 2.4 MB took 200 ms.
 */
const BATCH_LENGTH_MAX = STATEMENT_LENGTH_MAX;

/** Chunks that are deleted in one transaction, in about 20 ms locally. */
const DROPPED_A_BATCH = 2_000;

/**
 * Reads and writes one of the corpus databases (D1), which are the permanent record of all chunks. It is safe to repeat
 * a call, and calls may arrive out of order.
 */
export class Corpus {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  /**
   * Stores documents with their chunks, and replaces older versions of them. Newer versions and tombstones are kept:
   * the transaction that writes a document also checks which version is stored. A document that is too large for one
   * transaction is written in several, each of which checks this. Returns the size of the database in bytes; null if
   * there was nothing to write.
   */
  async writeDocuments(
    index: CorpusIndex,
    documents: readonly CorpusDocument[],
  ): Promise<number | null> {
    if (documents.length === 0) return null;
    const { projectId, storeId, generation } = index;
    const heads = JSON.stringify(
      documents.map(({ fileId, version, filename, chunkCount }) =>
        HEAD.bind({ fileId, version, filename, chunkCount }),
      ),
    );
    let statements = [
      this.#db.prepare(PUT_DOCUMENTS).bind(storeId, generation, projectId, heads),
      this.#db.prepare(DROP_OLD_CHUNKS).bind(storeId, generation, heads),
    ];
    let length = 0;
    for (const rows of encodeRows(documents)) {
      if (length + rows.length > BATCH_LENGTH_MAX) {
        await this.#db.batch(statements);
        await giveTurn();
        statements = [];
        length = 0;
      }
      statements.push(this.#db.prepare(PUT_CHUNKS).bind(storeId, generation, rows));
      length += rows.length;
    }
    return readSize((await this.#db.batch(statements)).at(-1));
  }

  /**
   * Deletes the chunks of files and leaves tombstones, which prevent later writes of the given or older versions. If
   * the files have many chunks, the last of them are deleted after the tombstones were written; a repeated call deletes
   * what an interrupted one has left. A full database deletes the chunks too: it refuses only tombstones of files that it
   * does not have, as it would the writes that these prevent. Returns the size of the database in bytes; null if there
   * was nothing to remove.
   */
  async removeDocuments(
    index: CorpusIndex,
    files: readonly { readonly fileId: FileId; readonly version: number }[],
  ): Promise<number | null> {
    if (files.length === 0) return null;
    const { projectId, storeId, generation } = index;
    const heads = JSON.stringify(files.map((file) => BURIED.bind(file)));
    const bury = this.#db.prepare(BURY_DOCUMENTS).bind(storeId, generation, projectId, heads);
    const drop = this.#db
      .prepare(DROP_CHUNKS_OF_DELETED)
      .bind(storeId, generation, heads, DROPPED_A_BATCH);
    const buryKnown = this.#db.prepare(BURY_KNOWN).bind(storeId, generation, heads);
    let dropped = await this.#runOrElse([bury, drop], [buryKnown, drop]);
    while (dropped !== undefined && dropped.meta.changes >= DROPPED_A_BATCH) {
      await giveTurn();
      dropped = await drop.run();
    }
    return readSize(dropped);
  }

  /** Runs a batch, or another one that takes no room if the database is full. Returns its last result. */
  async #runOrElse(statements: D1PreparedStatement[], withoutRoom: D1PreparedStatement[]) {
    try {
      return (await this.#db.batch(statements)).at(-1);
    } catch (error) {
      if (classifyFailure(error) !== "full") throw error;
      return (await this.#db.batch(withoutRoom)).at(-1);
    }
  }

  /**
   * Deletes all documents and chunks of a deleted vector store from this database. It leaves no tombstones, since the
   * Durable Object of a deleted store no longer starts any indexing.
   */
  async eraseStore(storeId: VectorStoreId): Promise<void> {
    await this.#db.batch([
      this.#db.prepare(ERASE_CHUNKS).bind(storeId),
      this.#db.prepare(ERASE_DOCUMENTS).bind(storeId),
    ]);
  }

  /**
   * Reads at most `limit` documents of an index, including tombstones, ordered by file id and beginning after the file
   * id `after`. Used to check and rebuild indexes.
   */
  async readDocuments(index: CorpusIndex, after = "", limit = 1_000): Promise<CorpusEntry[]> {
    type Row = RowOf<typeof ENTRY> & { chunksStored: number };
    const { results } = await this.#db
      .prepare(READ_DOCUMENTS)
      .bind(index.storeId, index.generation, after, limit)
      .all<Row>();
    return results.map((row) => ({ ...row, deleted: row.deleted === 1 }));
  }

  /** Reads at most `limit` chunks of a file, in order, beginning with the chunk number `ordinal`. */
  async readChunks(
    index: CorpusIndex,
    fileId: FileId,
    ordinal = 0,
    limit = 1_000,
  ): Promise<CorpusChunk[]> {
    const { results } = await this.#db
      .prepare(READ_CHUNKS)
      .bind(index.storeId, index.generation, fileId, ordinal, limit)
      .all<CorpusChunk>();
    return results;
  }

  /** Counts the chunks that this database has of a vector store's index. */
  async countChunks(index: CorpusIndex): Promise<number> {
    const row = await this.#db
      .prepare(COUNT_CHUNKS)
      .bind(index.storeId, index.generation)
      .first<{ count: number }>();
    return row?.count ?? 0;
  }
}

/** Reads the size of the database in bytes, as it was after a statement. */
const readSize = (result: D1Result | undefined): number | null => result?.meta.size_after ?? null;

/** Encodes the chunks as JSON arrays of rows, each within `STATEMENT_LENGTH_MAX`. */
function* encodeRows(documents: readonly CorpusDocument[]): Generator<string> {
  let rows: string[] = [];
  let length = 0;
  for (const { fileId, version, chunks } of documents) {
    for (const chunk of chunks) {
      const row = JSON.stringify(ROW.bind({ fileId, version, ...chunk }));
      if (length + row.length > STATEMENT_LENGTH_MAX && rows.length > 0) {
        yield `[${rows.join(",")}]`;
        rows = [];
        length = 0;
      }
      rows.push(row);
      length += row.length + 1;
    }
  }
  if (rows.length > 0) yield `[${rows.join(",")}]`;
}
