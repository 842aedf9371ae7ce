import { CHUNK_TEXT_BYTES_MAX, UNITS_BYTES_MAX } from "../../../src/bounds.ts";
import {
  blob,
  withBound,
  LONG_TEXT_BYTES_MAX,
  columns,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  toJson,
} from "../../../src/columns.ts";
import type { FileId } from "../../../src/ids.ts";
import type { Attributes } from "../../../src/knowledge/attributes.ts";
import type {
  ShardCandidate,
  ShardChunk,
  ShardDocument,
  ShardFile,
  ShardPassage,
} from "../../../src/retrieval/search-types.ts";
import { checksum } from "../../../src/retrieval/segment/bytes.ts";
import { joinRuns, type NumberRun } from "../../../src/retrieval/segment/columns.ts";
import type { FollowedTable } from "./followed-table.ts";

/** The columns of the table of files in a search shard. A removed file remains as a tombstone. */
export const FILE = columns("file", {
  fileId: text<FileId>(),
  version: integer(),
  filename: text(),
  attributes: json<Attributes>(),
  firstChunk: integer(),
  chunkCount: integer(),
  removedAt: nullable(integer()),
  ordinal: nullable(integer()),
  changed: nullable(integer()),
  rewritten: nullable(integer()),
});
const KNOWN_FILE = FILE.pick(
  "fileId",
  "version",
  "firstChunk",
  "chunkCount",
  "removedAt",
  "ordinal",
);
const LISTED_FILE = FILE.pick("fileId", "version", "chunkCount");
const FILE_ATTRIBUTES = FILE.pick("ordinal", "attributes");

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
  vectorChecksum: nullable(integer()),
});
const PASSAGE = CHUNK.omit("number", "length", "vector", "vectorChecksum");
const TEXTS = CHUNK.pick("number", "fileId", "heading", "text");
const SPAN = CHUNK.pick("start", "end");
const PLAIN = CHUNK.pick("number", "fileId", "length");
const TAIL_CHUNK = CHUNK.pick("number", "length", "heading", "text");

const KNOWN = `SELECT ${KNOWN_FILE.select()} FROM file WHERE file_id = ?`;
const DROP_CHUNKS = "DELETE FROM chunk WHERE number >= ? AND number < ?";
const PUT_FILE = `INSERT OR REPLACE INTO file (${FILE.names}) VALUES (${FILE.marks})`;
const ADD_CHUNK = `INSERT INTO chunk (${CHUNK.names}) VALUES (${CHUNK.marks})`;
const FORGET_TOMBSTONES = "DELETE FROM file WHERE removed_at < ?";
const SET_ATTRIBUTES = "UPDATE file SET version = ?, attributes = ?, changed = ? WHERE file_id = ?";
const CHUNK_COUNT = "SELECT coalesce(sum(chunk_count), 0) AS count FROM file";
const HIGHEST_VERSION = "SELECT coalesce(max(version), 0) AS version FROM file";
const ATTRIBUTES = `SELECT ${FILE_ATTRIBUTES.select()} FROM file
  WHERE removed_at IS NULL AND ordinal IS NOT NULL AND attributes <> '{}'`;
const ORDINALS = `SELECT ordinal FROM file
  WHERE file_id IN (SELECT value FROM json_each(?)) AND ordinal IS NOT NULL`;
const NEXT_ORDINAL = "SELECT coalesce(max(ordinal), -1) + 1 AS ordinal FROM file";
const LIVE_RUNS = `SELECT first_chunk AS first, chunk_count AS count FROM file
  WHERE removed_at IS NULL AND chunk_count > 0 ORDER BY first_chunk`;
const NUMBERS = "SELECT number FROM chunk WHERE number >= ? AND number < ? ORDER BY number";
const IDS = `SELECT number, chunk_id AS chunkId FROM chunk
  WHERE number IN (SELECT value FROM json_each(?))`;
const PASSAGE_COLUMNS = `${PASSAGE.select("chunk")}, version, filename`;
const PASSAGES = `SELECT number, ${PASSAGE_COLUMNS}, attributes FROM chunk JOIN file USING (file_id)
  WHERE number IN (SELECT value FROM json_each(?))`;
const PASSAGES_OF = `SELECT ${PASSAGE_COLUMNS} FROM file JOIN chunk
  ON number >= first_chunk AND number < first_chunk + chunk_count
  WHERE file.file_id = ? AND chunk.ordinal IN (SELECT value FROM json_each(?))
  ORDER BY chunk.ordinal`;
const FILES = `SELECT ${LISTED_FILE.select()} FROM file
  WHERE removed_at IS NULL AND file_id > ? ORDER BY file_id LIMIT ?`;
const PLAIN_CHUNKS = `SELECT ${PLAIN.select("chunk")}, file.ordinal AS fileOrdinal FROM chunk
  JOIN file USING (file_id)
  WHERE number >= ? AND number <= ? AND number >= first_chunk AND number < first_chunk + chunk_count
  ORDER BY number`;
const TEXTS_OF = `SELECT ${TEXTS.select()}, filename FROM chunk JOIN file USING (file_id)
  WHERE number >= ? AND number <= ? ORDER BY number`;
const TAIL_CHUNKS = `SELECT ${TAIL_CHUNK.select("chunk")}, filename, file.ordinal AS fileOrdinal
  FROM chunk JOIN file USING (file_id) WHERE number >= ? ORDER BY number`;
const SPAN_OF = `SELECT ${SPAN.select()} FROM chunk WHERE number = ?`;

/**
 * The row of a file in a shard: its version, the numbers of its chunks, and its time of removal (null if it is not
 * removed).
 */
export type KnownFile = RowOf<typeof KNOWN_FILE>;

/** A chunk with its text and its file's attributes, as a search returns it, without its scores. */
export type PassageWithAttributes = Omit<ShardCandidate, "lexical" | "dense">;

/** The values of a chunk from which the columns of a segment are made. */
export type PlainChunk = RowOf<typeof PLAIN> & { readonly fileOrdinal: number | null };

/** The texts of a chunk from which its index terms are made. */
export type ChunkTexts = RowOf<typeof TEXTS> & { readonly filename: string };

/** A chunk of the tail, with the values from which its posting lists and columns are made. */
export type TailChunk = RowOf<typeof TAIL_CHUNK> & {
  readonly filename: string;
  readonly fileOrdinal: number | null;
};

type PassageRow = ShardPassage & { number: number; attributes: string };

const NO_VECTOR = new ArrayBuffer();

/** Reads and writes the files of a search shard and their chunks. It makes no decisions; callers open transactions. */
export class ChunkTables {
  readonly #sql: SqlStorage;
  readonly #changes: Pick<FollowedTable, "next">;

  /** `changes` numbers the changes of files, for followers. */
  constructor(sql: SqlStorage, changes: Pick<FollowedTable, "next">) {
    this.#sql = sql;
    this.#changes = changes;
  }

  /** Reads the row of a file; null for an unknown one. */
  find(fileId: FileId): KnownFile | null {
    return this.#sql.exec<KnownFile>(KNOWN, fileId).toArray()[0] ?? null;
  }

  /** Writes the row of a file. `run` has the numbers of its chunks; `ordinal` is null for a file without chunks. */
  putFile(document: Omit<ShardDocument, "chunks">, run: NumberRun, ordinal: number | null): void {
    const { fileId, version, filename } = document;
    const attributes = toJson(document.attributes);
    const changed = this.#changes.next();
    const range = { firstChunk: run.first, chunkCount: run.count, ordinal, removedAt: null };
    const row = { fileId, version, filename, attributes, ...range, changed, rewritten: changed };
    this.#sql.exec(PUT_FILE, ...FILE.bind(row));
  }

  /**
   * Adds the chunks of a file, numbered from `first`. `vectors` has their vectors, one after the other, which are
   * stored in the rows; null if the vectors are stored in blocks (`VectorTables`).
   */
  addChunks(
    fileId: FileId,
    chunks: readonly ShardChunk[],
    first: number,
    vectors: Int8Array | null,
  ): void {
    const bytes = (vectors?.length ?? 0) / Math.max(1, chunks.length);
    for (const [index, { id: chunkId, ...chunk }] of chunks.entries()) {
      const own = vectors?.slice(index * bytes, (index + 1) * bytes);
      const row = { ...chunk, number: first + index, chunkId, fileId };
      const vector = own?.buffer ?? NO_VECTOR;
      const vectorChecksum = own ? checksum(new Uint8Array(own.buffer)) : null;
      this.#sql.exec(ADD_CHUNK, ...CHUNK.bind({ ...row, vector, vectorChecksum }));
    }
  }

  /** Deletes the chunks with the numbers of a run. */
  dropChunks({ first, count }: NumberRun): void {
    this.#sql.exec(DROP_CHUNKS, first, first + count);
  }

  /**
   * Replaces the row of a file by a tombstone, which keeps only its id and version. `now` is in milliseconds since the
   * epoch.
   */
  bury(fileId: FileId, version: number, now: number): void {
    const changed = this.#changes.next();
    const nothing = { filename: "", attributes: toJson({}), firstChunk: 0, chunkCount: 0 };
    const row = { fileId, version, ...nothing, ordinal: null, removedAt: now, changed };
    this.#sql.exec(PUT_FILE, ...FILE.bind({ ...row, rewritten: changed }));
  }

  /** Deletes the tombstones of files that were removed before the time `before`, in milliseconds since the epoch. */
  forgetTombstones(before: number): void {
    this.#sql.exec(FORGET_TOMBSTONES, before);
  }

  /** Replaces the attributes of a file, and sets its version to `version`. */
  setAttributes(fileId: FileId, version: number, attributes: Attributes): void {
    const changed = this.#changes.next();
    this.#sql.exec(SET_ATTRIBUTES, version, toJson(attributes), changed, fileId);
  }

  /** Yields the attributes of all files that have any, by the ordinals of the files. */
  *attributes(): Generator<{ ordinal: number; attributes: Attributes }> {
    for (const row of this.#sql.exec<RowOf<typeof FILE_ATTRIBUTES>>(ATTRIBUTES)) {
      yield { ordinal: row.ordinal ?? 0, attributes: parseJson(row.attributes) };
    }
  }

  /** Returns the ordinals of the files among these that have chunks here. */
  ordinals(fileIds: readonly FileId[]): number[] {
    const rows = this.#sql.exec<{ ordinal: number }>(ORDINALS, JSON.stringify(fileIds)).toArray();
    return rows.map(({ ordinal }) => ordinal);
  }

  /** Returns the ordinal after the highest one in use; 0 if no file has one. */
  nextOrdinal(): number {
    return this.#sql.exec<{ ordinal: number }>(NEXT_ORDINAL).one().ordinal;
  }

  /** Lists the numbers of the chunks of all files, ascending. */
  liveRuns(): NumberRun[] {
    return joinRuns(this.#sql.exec<NumberRun>(LIVE_RUNS).toArray());
  }

  /** Lists the numbers in a run under which there are chunks, ascending. */
  numbersIn({ first, count }: NumberRun): number[] {
    const rows = this.#sql.exec<{ number: number }>(NUMBERS, first, first + count).toArray();
    return rows.map(({ number }) => number);
  }

  /** Counts the chunks of the shard's files. */
  chunkCount(): number {
    return this.#sql.exec<{ count: number }>(CHUNK_COUNT).one().count;
  }

  /** Returns the highest version of any file, removed ones included; 0 without any. */
  highestVersion(): number {
    return this.#sql.exec<{ version: number }>(HIGHEST_VERSION).one().version;
  }

  /** Reads the place of a chunk in its file's text, by its number; null if there is no such chunk. */
  spanOf(number: number): RowOf<typeof SPAN> | null {
    return this.#sql.exec<RowOf<typeof SPAN>>(SPAN_OF, number).toArray()[0] ?? null;
  }

  /** Reads the ids of chunks by their numbers. */
  chunkIds(numbers: readonly number[]): Map<number, string> {
    type Row = { number: number; chunkId: string };
    const rows = this.#sql.exec<Row>(IDS, JSON.stringify(numbers));
    return new Map([...rows].map(({ number, chunkId }) => [number, chunkId]));
  }

  /** Reads chunks with their texts and the attributes of their files, by their numbers. */
  passages(numbers: readonly number[]): Map<number, PassageWithAttributes> {
    const rows = this.#sql.exec<PassageRow>(PASSAGES, JSON.stringify(numbers));
    return new Map(
      [...rows].map(({ number, attributes, ...passage }) => [
        number,
        { ...passage, attributes: parseJson<Attributes>(attributes) },
      ]),
    );
  }

  /** Lists the chunks with numbers from `first` to `last` that belong to a file, in order, without their texts. */
  plainChunks(first: number, last: number): PlainChunk[] {
    return this.#sql.exec<PlainChunk>(PLAIN_CHUNKS, first, last).toArray();
  }

  /** Reads the texts of the chunks with numbers from `first` to `last`, in order. */
  texts(first: number, last: number): ChunkTexts[] {
    return this.#sql.exec<ChunkTexts>(TEXTS_OF, first, last).toArray();
  }

  /** Reads the chunks with numbers from `first` on, in order. */
  tailChunks(first: number): TailChunk[] {
    return this.#sql.exec<TailChunk>(TAIL_CHUNKS, first).toArray();
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
