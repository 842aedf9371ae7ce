import type { FileId } from "../../src/ids.ts";
import type { Attributes } from "../../src/knowledge/attributes.ts";
import type { SeenVersion } from "../../src/retrieval/fence.ts";
import { quantize } from "../../src/retrieval/quantize.ts";
import type { ShardDocument, ShardFile, ShardPassage } from "../../src/retrieval/search-types.ts";
import type { ChunkColumns } from "../../src/retrieval/shard-memory.ts";

export type StoredVector = ChunkColumns;

const SEEN = "SELECT version, removed_at AS removedAt FROM file WHERE file_id = ?";
const RANGE = "SELECT first_chunk AS first, chunk_count AS count FROM file WHERE file_id = ?";
const DROP_CHUNKS = "DELETE FROM chunk WHERE number >= ? AND number < ?";
const DROP_POSTINGS = "DELETE FROM posting WHERE rowid >= ? AND rowid < ?";
const NEXT_NUMBER = "SELECT coalesce(max(number), 0) + 1 AS number FROM chunk";
const PUT_FILE = `INSERT OR REPLACE INTO file
  (file_id, version, filename, attributes, first_chunk, chunk_count, removed_at)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const ADD_CHUNK = `INSERT INTO chunk
  (number, chunk_id, file_id, length, vector, ordinal, span_start, span_end, heading, text)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const ADD_POSTING = "INSERT INTO posting (rowid, terms) VALUES (?, ?)";
const FORGET_TOMBSTONES = "DELETE FROM file WHERE removed_at < ?";
const SET_ATTRIBUTES = "UPDATE file SET version = ?, attributes = ? WHERE file_id = ?";
const POSTINGS = "SELECT json_group_array(doc) AS numbers FROM posting_instance WHERE term = ?";
const DOCUMENT_COUNTS = `SELECT term, doc AS count FROM posting_count
  WHERE term IN (SELECT value FROM json_each(?))`;
const CHUNK_COUNT = "SELECT count(*) AS count FROM chunk";
const FIRST_VECTOR = "SELECT length(vector) AS dimensions FROM chunk ORDER BY number LIMIT 1";
const CHUNKS = `SELECT number, chunk_id AS chunkId, file_id AS fileId, length, vector
  FROM chunk ORDER BY number`;
const ATTRIBUTES = `SELECT file_id AS fileId, attributes FROM file
  WHERE removed_at IS NULL AND attributes <> '{}'`;
const ATTRIBUTES_OF = "SELECT attributes FROM file WHERE file_id = ?";
const PASSAGE_COLUMNS = `chunk_id AS chunkId, chunk.file_id AS fileId, version, filename,
  ordinal, heading, text, span_start AS start, span_end AS end`;
const PASSAGES = `SELECT number, ${PASSAGE_COLUMNS} FROM chunk JOIN file USING (file_id)
  WHERE number IN (SELECT value FROM json_each(?))`;
const PASSAGES_OF = `SELECT ${PASSAGE_COLUMNS} FROM file JOIN chunk
  ON number >= first_chunk AND number < first_chunk + chunk_count
  WHERE file.file_id = ? AND ordinal IN (SELECT value FROM json_each(?)) ORDER BY ordinal`;
const FILES = `SELECT file_id AS fileId, version, chunk_count AS chunkCount FROM file
  WHERE removed_at IS NULL AND file_id > ? ORDER BY file_id LIMIT ?`;

type PassageRow = ShardPassage & { number: number };

/** The SQL of a search shard. Callers bring the transaction and the rules. */
export class ShardTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  seen(fileId: FileId): SeenVersion | null {
    type Row = { version: number; removedAt: number | null };
    const [row] = this.#sql.exec<Row>(SEEN, fileId).toArray();
    return row ? { version: row.version, removed: row.removedAt !== null } : null;
  }

  /** Adds a file and its chunks, and returns the part of them that searches read from memory. */
  add(document: ShardDocument): StoredVector[] {
    const { fileId, version, filename, attributes, chunks } = document;
    const first = this.#sql.exec<{ number: number }>(NEXT_NUMBER).one().number;
    const attributesJson = JSON.stringify(attributes);
    this.#sql.exec(PUT_FILE, fileId, version, filename, attributesJson, first, chunks.length, null);
    return chunks.map((chunk, index) => {
      const number = first + index;
      const vector = quantize(chunk.vector);
      const { id, terms, ordinal, start, end, heading, text } = chunk;
      const span = [ordinal, start, end, heading, text];
      this.#sql.exec(ADD_CHUNK, number, id, fileId, terms.length, vector.buffer, ...span);
      this.#sql.exec(ADD_POSTING, number, terms.join(" "));
      return { number, chunkId: id, fileId, length: terms.length, vector };
    });
  }

  /** Deletes the chunks of a file and returns their numbers. */
  dropChunks(fileId: FileId): number[] {
    const [range] = this.#sql.exec<{ first: number; count: number }>(RANGE, fileId).toArray();
    if (!range || range.count === 0) return [];
    this.#sql.exec(DROP_POSTINGS, range.first, range.first + range.count);
    this.#sql.exec(DROP_CHUNKS, range.first, range.first + range.count);
    return Array.from({ length: range.count }, (_, index) => range.first + index);
  }

  /** Leaves a tombstone: a row with nothing of the file but its id and version. */
  bury(fileId: FileId, version: number, now: number): void {
    this.#sql.exec(PUT_FILE, fileId, version, "", "{}", 0, 0, now);
  }

  forgetTombstones(before: number): void {
    this.#sql.exec(FORGET_TOMBSTONES, before);
  }

  setAttributes(fileId: FileId, version: number, attributes: Attributes): void {
    this.#sql.exec(SET_ATTRIBUTES, version, JSON.stringify(attributes), fileId);
  }

  attributesOf(fileId: FileId): string {
    const [row] = this.#sql.exec<{ attributes: string }>(ATTRIBUTES_OF, fileId).toArray();
    return row?.attributes ?? "{}";
  }

  /** All attributes, except of files that have none. */
  attributes(): Iterable<{ fileId: FileId; attributes: string }> {
    return this.#sql.exec<{ fileId: FileId; attributes: string }>(ATTRIBUTES);
  }

  /** One row a term, however often it occurs: a row for each occurrence would cost ten times as much. */
  postings(term: string): number[] {
    return JSON.parse(this.#sql.exec<{ numbers: string }>(POSTINGS, term).one().numbers);
  }

  /** Counts the chunks that contain each term, in the order of the terms. */
  documentCounts(terms: readonly string[]): number[] {
    type Row = { term: string; count: number };
    const rows = this.#sql.exec<Row>(DOCUMENT_COUNTS, JSON.stringify(terms)).toArray();
    const counts = new Map(rows.map(({ term, count }) => [term, count]));
    return terms.map((term) => counts.get(term) ?? 0);
  }

  chunkCount(): number {
    return this.#sql.exec<{ count: number }>(CHUNK_COUNT).one().count;
  }

  /** Length of the vectors here; a shard belongs to one index generation, so to one embedding model. */
  dimensions(): number {
    const [row] = this.#sql.exec<{ dimensions: number }>(FIRST_VECTOR).toArray();
    return row?.dimensions ?? 0;
  }

  *chunks(): Iterable<ChunkColumns> {
    type Row = Omit<ChunkColumns, "vector"> & { vector: ArrayBuffer };
    for (const row of this.#sql.exec<Row>(CHUNKS)) {
      yield { ...row, vector: new Int8Array(row.vector) };
    }
  }

  passages(numbers: readonly number[]): Map<number, ShardPassage> {
    const rows = this.#sql.exec<PassageRow>(PASSAGES, JSON.stringify(numbers));
    return new Map([...rows].map(({ number, ...passage }) => [number, passage]));
  }

  passagesOf(fileId: FileId, ordinals: readonly number[]): ShardPassage[] {
    return this.#sql.exec<ShardPassage>(PASSAGES_OF, fileId, JSON.stringify(ordinals)).toArray();
  }

  files(after: string, limit: number): ShardFile[] {
    return this.#sql.exec<ShardFile>(FILES, after, limit).toArray();
  }
}
