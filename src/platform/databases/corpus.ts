import type { RowOf } from "../../columns.ts";
import type { FileId, VectorStoreId } from "../../ids.ts";
import type { CorpusChunk, CorpusDocument, CorpusIndex } from "../../ingest/corpus-types.ts";
import { giveTurn } from "../../ingest/slices.ts";
import { classifyFailure } from "../failure.ts";
import {
  DOCUMENT,
  encodeChunks,
  encodeDocument,
  groupRows,
  HEAD,
  ONLY_CHUNK,
  ROW,
} from "./corpus-rows.ts";
import { DROPPED_A_BATCH, IS_KEPT, runToEnd } from "./erased-index.ts";

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

const BURIED = DOCUMENT.pick("fileId", "version");
const ENTRY = DOCUMENT.pick("fileId", "version", "filename", "chunkCount", "deleted");

/**
 * A newer version replaces an older one. An older one changes nothing, nor does the same version, except that a build
 * before this one stored its only chunk in a row of its own, or had not come to that.
 */
const PUT_DOCUMENTS = `
  INSERT INTO document (store_id, generation, project_id, ${HEAD.names})
  SELECT ?1, ?2, ?4, ${HEAD.elements} FROM json_each(?3) WHERE ${IS_KEPT}
  ON CONFLICT (store_id, generation, file_id) DO UPDATE SET
    ${HEAD.omit("fileId").excluded}, deleted = 0
  WHERE excluded.version > document.version OR (excluded.version = document.version
    AND deleted = 0 AND excluded.only_chunk IS NOT NULL AND document.only_chunk IS NULL)`;

/** Deletes chunks of versions older than the one in `document`, and all if that has its chunk itself. */
const DROP_OLD_CHUNKS = `
  DELETE FROM chunk WHERE store_id = ?1 AND generation = ?2
    AND file_id IN (SELECT value FROM json_each(?3))
    AND version < (SELECT version + (only_chunk IS NOT NULL) FROM document
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
    version = excluded.version, filename = '', chunk_count = 0, only_chunk = NULL, deleted = 1
  WHERE excluded.version >= document.version`;

const VERSION_OF_BURIED = `(SELECT ${BURIED.element("version")} FROM json_each(?3)
  WHERE ${BURIED.element("fileId")} = document.file_id)`;
/** Turns the rows of known files into tombstones, which takes no room. */
const BURY_KNOWN = `
  UPDATE document
  SET version = ${VERSION_OF_BURIED}, filename = '', chunk_count = 0, only_chunk = NULL, deleted = 1
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
  SELECT ${ENTRY.select()}, (only_chunk IS NOT NULL) +
    (SELECT count(*) FROM chunk WHERE chunk.store_id = document.store_id
      AND chunk.generation = document.generation AND chunk.file_id = document.file_id) AS chunksStored
  FROM document WHERE store_id = ?1 AND generation = ?2 AND file_id > ?3 ORDER BY file_id LIMIT ?4`;

const READ_CHUNKS = `
  SELECT ${ONLY_CHUNK.select()} FROM chunk
  WHERE store_id = ?1 AND generation = ?2 AND file_id = ?3 AND ordinal >= ?4
  UNION ALL SELECT ${ONLY_CHUNK.elements} FROM (SELECT only_chunk AS value FROM document
    WHERE store_id = ?1 AND generation = ?2 AND file_id = ?3 AND only_chunk IS NOT NULL AND ?4 = 0)
  ORDER BY ordinal LIMIT ?5`;

const COUNT_CHUNKS = `SELECT (SELECT count(*) FROM chunk WHERE store_id = ?1 AND generation = ?2)
  + (SELECT count(only_chunk) FROM document WHERE store_id = ?1 AND generation = ?2) AS count`;

const ERASE_DOCUMENTS = `DELETE FROM document WHERE store_id = ?1 AND (generation, file_id) IN (
  SELECT generation, file_id FROM document WHERE store_id = ?1 LIMIT ?2)`;
const ERASE_CHUNKS = `DELETE FROM chunk WHERE store_id = ?1 AND (generation, file_id, ordinal) IN (
  SELECT generation, file_id, ordinal FROM chunk WHERE store_id = ?1 LIMIT ?2)`;

/**
 * Maximum length of all rows in one transaction: a large document is written in several. Locally, nothing else runs
 * during a transaction: 2.4 MB took 200 ms.
 */
const BATCH_LENGTH_MAX = 600_000;

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
    let statements: D1PreparedStatement[] = [];
    let length = 0;
    for (const write of this.#planWrites(index, documents)) {
      if (length + write.length > BATCH_LENGTH_MAX && statements.length > 0) {
        await this.#db.batch(statements);
        await giveTurn();
        statements = [];
        length = 0;
      }
      statements.push(write.statement);
      length += write.length;
    }
    return readSize((await this.#db.batch(statements)).at(-1));
  }

  /** Yields the statements that write documents, in their order, with the lengths of their rows. */
  *#planWrites(
    { projectId, storeId, generation }: CorpusIndex,
    documents: readonly CorpusDocument[],
  ) {
    const encoded = documents.map(encodeDocument);
    const put = (sql: string, rows: string, ...more: string[]) => ({
      length: rows.length,
      statement: this.#db.prepare(sql).bind(storeId, generation, rows, ...more),
    });
    for (const heads of groupRows(encoded.map(({ head }) => head))) {
      yield put(PUT_DOCUMENTS, heads, projectId);
    }
    yield put(DROP_OLD_CHUNKS, JSON.stringify(documents.map(({ fileId }) => fileId)));
    for (const rows of groupRows(encodeChunks(encoded))) yield put(PUT_CHUNKS, rows);
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
   * Deletes all documents and chunks of a deleted vector store from this database, in several transactions if there are
   * many. It leaves no tombstones, since the Durable Object of a deleted store no longer starts any indexing.
   */
  async eraseStore(storeId: VectorStoreId): Promise<void> {
    // The chunks last: one that comes late is stored only while its document is there.
    for (const sql of [ERASE_DOCUMENTS, ERASE_CHUNKS]) {
      await runToEnd(this.#db.prepare(sql).bind(storeId, DROPPED_A_BATCH));
    }
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
