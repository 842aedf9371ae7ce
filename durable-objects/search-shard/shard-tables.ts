import { CHUNK_TEXT_BYTES_MAX, UNITS_BYTES_MAX } from "../../src/bounds.ts";
import {
  blob,
  withBound,
  LONG_TEXT_BYTES_MAX,
  columns,
  integer,
  json,
  nullable,
  type RowOf,
  text,
  toJson,
} from "../../src/columns.ts";
import type { FileId } from "../../src/ids.ts";
import type { Attributes } from "../../src/knowledge/attributes.ts";
import type { SeenVersion } from "../../src/retrieval/fence.ts";
import { quantize } from "../../src/retrieval/quantize.ts";
import type {
  ShardChunk,
  ShardDocument,
  ShardFile,
  ShardPassage,
} from "../../src/retrieval/search-types.ts";
import type { ChunkColumns } from "../../src/retrieval/shard-memory.ts";

/** The stored data of a chunk from which searches compute its score, such as its length and its vector. */
export type StoredVector = ChunkColumns;

/** The columns of the table of files in a search shard. A removed file remains as a tombstone. */
export const FILE = columns("file", {
  fileId: text<FileId>(),
  version: integer(),
  filename: text(),
  attributes: json<Attributes>(),
  firstChunk: integer(),
  chunkCount: integer(),
  removedAt: nullable(integer()),
});
const SEEN_FILE = FILE.pick("version", "removedAt");
const LISTED_FILE = FILE.pick("fileId", "version", "chunkCount");
const FILE_ATTRIBUTES = FILE.pick("fileId", "attributes");

/** The columns of the table of chunks in a search shard. */
export const CHUNK = columns("chunk", {
  number: integer(),
  chunkId: text(),
  fileId: text<FileId>(),
  length: integer(),
  vector: blob(),
  ordinal: integer(),
  start: integer("span_start"),
  end: integer("span_end"),
  heading: withBound(text(), LONG_TEXT_BYTES_MAX),
  text: withBound(text(), CHUNK_TEXT_BYTES_MAX),
  places: nullable(text("pages")),
  units: nullable(withBound(text(), UNITS_BYTES_MAX)),
});
const SCORED = CHUNK.pick("number", "chunkId", "fileId", "length", "vector");
const PASSAGE = CHUNK.omit("number", "length", "vector");

const SEEN = `SELECT ${SEEN_FILE.select()} FROM file WHERE file_id = ?`;
const RANGE = "SELECT first_chunk AS first, chunk_count AS count FROM file WHERE file_id = ?";
const DROP_CHUNKS = "DELETE FROM chunk WHERE number >= ? AND number < ?";
/** By each number: FTS5 reads its whole table for a range of them (10 ms of 100,000 chunks, and 0.05 ms so). */
const DROP_POSTINGS = "DELETE FROM posting WHERE rowid IN (SELECT value FROM json_each(?))";
const NEXT_NUMBER = "SELECT coalesce(max(number), 0) + 1 AS number FROM chunk";
const PUT_FILE = `INSERT OR REPLACE INTO file (${FILE.names}) VALUES (${FILE.marks})`;
const ADD_CHUNK = `INSERT INTO chunk (${CHUNK.names}) VALUES (${CHUNK.marks})`;
const ADD_POSTING = "INSERT INTO posting (rowid, terms) VALUES (?, ?)";
const FORGET_TOMBSTONES = "DELETE FROM file WHERE removed_at < ?";
const SET_ATTRIBUTES = "UPDATE file SET version = ?, attributes = ? WHERE file_id = ?";
const POSTINGS = "SELECT json_group_array(doc) AS numbers FROM posting_instance WHERE term = ?";
const DOCUMENT_COUNTS = `SELECT term, doc AS count FROM posting_count
  WHERE term IN (SELECT value FROM json_each(?))`;
const CHUNK_COUNT = "SELECT count(*) AS count FROM chunk";
const HIGHEST_VERSION = "SELECT coalesce(max(version), 0) AS version FROM file";
const FIRST_VECTOR = "SELECT length(vector) AS dimensions FROM chunk ORDER BY number LIMIT 1";
const CHUNKS = `SELECT ${SCORED.select()} FROM chunk ORDER BY number`;
const ATTRIBUTES = `SELECT ${FILE_ATTRIBUTES.select()} FROM file
  WHERE removed_at IS NULL AND attributes <> '{}'`;
const ATTRIBUTES_OF = "SELECT attributes FROM file WHERE file_id = ?";
const PASSAGE_COLUMNS = `${PASSAGE.select("chunk")}, version, filename`;
const PASSAGES = `SELECT number, ${PASSAGE_COLUMNS} FROM chunk JOIN file USING (file_id)
  WHERE number IN (SELECT value FROM json_each(?))`;
const PASSAGES_OF = `SELECT ${PASSAGE_COLUMNS} FROM file JOIN chunk
  ON number >= first_chunk AND number < first_chunk + chunk_count
  WHERE file.file_id = ? AND ordinal IN (SELECT value FROM json_each(?)) ORDER BY ordinal`;
const FILES = `SELECT ${LISTED_FILE.select()} FROM file
  WHERE removed_at IS NULL AND file_id > ? ORDER BY file_id LIMIT ?`;

type PassageRow = ShardPassage & { number: number };

/** Reads and writes the tables of a search shard. It makes no decisions; callers open transactions. */
export class ShardTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads the newest version of a file that was written to the shard or removed from it; null for an unknown file. */
  seen(fileId: FileId): SeenVersion | null {
    const [row] = this.#sql.exec<RowOf<typeof SEEN_FILE>>(SEEN, fileId).toArray();
    return row ? { version: row.version, removed: row.removedAt !== null } : null;
  }

  /** Returns the first number in the inverted index that no chunk has, nor any after it. */
  nextNumber(): number {
    return this.#sql.exec<{ number: number }>(NEXT_NUMBER).one().number;
  }

  /** Writes the row of a file whose chunks have the numbers from `firstChunk` on. */
  putFile(
    document: Omit<ShardDocument, "chunks">,
    range: { readonly firstChunk: number; readonly chunkCount: number },
  ): void {
    const { fileId, version, filename } = document;
    const attributes = toJson(document.attributes);
    const file = { fileId, version, filename, attributes, ...range, removedAt: null };
    this.#sql.exec(PUT_FILE, ...FILE.bind(file));
  }

  /**
   * Adds chunks of a file, with the numbers from `first` on. Returns the data of each from which searches compute its
   * score.
   */
  addChunks(fileId: FileId, chunks: readonly ShardChunk[], first: number): StoredVector[] {
    return chunks.map(({ id: chunkId, terms, length, vector: exact, ...passage }, index) => {
      const vector = quantize(exact);
      const scored = { number: first + index, chunkId, fileId, length };
      this.#sql.exec(ADD_CHUNK, ...CHUNK.bind({ ...passage, ...scored, vector: vector.buffer }));
      this.#sql.exec(ADD_POSTING, scored.number, terms);
      return { ...scored, vector };
    });
  }

  /** Returns the number of chunks that a file has here. */
  chunkCountOf(fileId: FileId): number {
    return this.#readRange(fileId)?.count ?? 0;
  }

  /** Deletes the chunks of a file. Returns their numbers in the inverted index. */
  dropChunks(fileId: FileId): number[] {
    const range = this.#readRange(fileId);
    if (!range || range.count === 0) return [];
    const numbers = Array.from({ length: range.count }, (_, index) => range.first + index);
    this.#sql.exec(DROP_POSTINGS, JSON.stringify(numbers));
    this.#sql.exec(DROP_CHUNKS, range.first, range.first + range.count);
    return numbers;
  }

  #readRange(fileId: FileId): { first: number; count: number } | null {
    return this.#sql.exec<{ first: number; count: number }>(RANGE, fileId).toArray()[0] ?? null;
  }

  /**
   * Replaces a file's row by a tombstone, which has only its id and version. `now` is in milliseconds since the epoch.
   */
  bury(fileId: FileId, version: number, now: number): void {
    const nothing = { filename: "", attributes: toJson({}), firstChunk: 0, chunkCount: 0 };
    this.#sql.exec(PUT_FILE, ...FILE.bind({ fileId, version, ...nothing, removedAt: now }));
  }

  /** Deletes the tombstones of files that were removed before the time `before`, in milliseconds since the epoch. */
  forgetTombstones(before: number): void {
    this.#sql.exec(FORGET_TOMBSTONES, before);
  }

  /** Replaces the attributes of a file, and sets its version to `version`. */
  setAttributes(fileId: FileId, version: number, attributes: Attributes): void {
    this.#sql.exec(SET_ATTRIBUTES, version, toJson(attributes), fileId);
  }

  /** Reads the attributes of a file as JSON; `{}` for an unknown file. */
  readAttributes(fileId: FileId): string {
    const [row] = this.#sql.exec<{ attributes: string }>(ATTRIBUTES_OF, fileId).toArray();
    return row?.attributes ?? "{}";
  }

  /** Yields the attributes of all files that have any. */
  attributes(): Iterable<RowOf<typeof FILE_ATTRIBUTES>> {
    return this.#sql.exec<RowOf<typeof FILE_ATTRIBUTES>>(ATTRIBUTES);
  }

  /**
   * Looks up a term in the inverted index. Returns the numbers by which the index identifies the chunks with the term,
   * each once for every occurrence. The SQL query returns them as one row of JSON, since a row for each costs ten times
   * as much.
   */
  postings(term: string): number[] {
    return JSON.parse(this.#sql.exec<{ numbers: string }>(POSTINGS, term).one().numbers);
  }

  /** Counts, for each of `terms`, the chunks that contain it. The counts are in the order of the terms. */
  documentCounts(terms: readonly string[]): number[] {
    type Row = { term: string; count: number };
    const rows = this.#sql.exec<Row>(DOCUMENT_COUNTS, JSON.stringify(terms)).toArray();
    const counts = new Map(rows.map(({ term, count }) => [term, count]));
    return terms.map((term) => counts.get(term) ?? 0);
  }

  /** Counts the chunks of the shard. */
  chunkCount(): number {
    return this.#sql.exec<{ count: number }>(CHUNK_COUNT).one().count;
  }

  /** Returns the highest version of any file, removed ones included; 0 without any. */
  highestVersion(): number {
    return this.#sql.exec<{ version: number }>(HIGHEST_VERSION).one().version;
  }

  /**
   * Returns the number of dimensions of the chunks' vectors, which are all of one embedding model; 0 without chunks.
   */
  dimensions(): number {
    const [row] = this.#sql.exec<{ dimensions: number }>(FIRST_VECTOR).toArray();
    return row?.dimensions ?? 0;
  }

  /** Yields, for every chunk, the data from which searches compute its score. */
  *chunks(): Iterable<ChunkColumns> {
    for (const row of this.#sql.exec<RowOf<typeof SCORED>>(CHUNKS)) {
      yield { ...row, vector: new Int8Array(row.vector) };
    }
  }

  /**
   * Reads chunks with their texts. `numbers` are their numbers in the inverted index, which are also the keys of the
   * result.
   */
  passages(numbers: readonly number[]): Map<number, ShardPassage> {
    const rows = this.#sql.exec<PassageRow>(PASSAGES, JSON.stringify(numbers));
    return new Map([...rows].map(({ number, ...passage }) => [number, passage]));
  }

  /** Reads chunks of a file by their positions in the file (ordinals), in order. */
  passagesAt(fileId: FileId, ordinals: readonly number[]): ShardPassage[] {
    return this.#sql.exec<ShardPassage>(PASSAGES_OF, fileId, JSON.stringify(ordinals)).toArray();
  }

  /** Lists at most `limit` files with an id greater than `after`, ordered by id. */
  files(after: string, limit: number): ShardFile[] {
    return this.#sql.exec<ShardFile>(FILES, after, limit).toArray();
  }
}
