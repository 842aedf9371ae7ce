import {
  withBound,
  LONG_TEXT_BYTES_MAX,
  columns,
  flag,
  integer,
  json,
  nullable,
  type RowOf,
  text,
  toJson,
} from "../../src/columns.ts";
import type { FileBatchId, FileId } from "../../src/ids.ts";
import type { Attributes } from "../../src/knowledge/attributes.ts";
import type { FileWarning } from "../../src/knowledge/file-warnings.ts";
import type { CorpusShardNumber, SearchShardNumber } from "../../src/knowledge/shard-numbers.ts";
import type { IngestFailureCode } from "../../src/knowledge/vector-store-types.ts";
import type {
  AttachRequest,
  FileStatus,
  PageQuery,
} from "../../src/knowledge/vector-store-types.ts";
import { cutPage, type PageRequest, planPage } from "../../src/page.ts";

/** The columns of the table of files that are attached to the store. */
export const ATTACHMENT = columns("attachment", {
  seq: integer(),
  fileId: text<FileId>(),
  version: integer(),
  status: text<FileStatus>(),
  createdAt: integer(),
  filename: text(),
  bytes: integer(),
  sha256: text(),
  corpusShard: integer<CorpusShardNumber>(),
  attributes: json<Attributes>(),
  chunkTokensMax: integer(),
  overlapTokens: integer(),
  shard: nullable(integer<SearchShardNumber>()),
  chunkCount: integer(),
  usageBytes: integer(),
  errorCode: nullable(text<IngestFailureCode>()),
  errorMessage: nullable(withBound(text(), LONG_TEXT_BYTES_MAX)),
  aliasOf: nullable(text<FileId>()),
  takes: integer(),
  warnings: nullable(json<readonly FileWarning[]>()),
});
/** A row of the table of attached files. */
export type Attachment = RowOf<typeof ATTACHMENT>;

/** The columns of the table of file batches, with the number of files in each status. */
export const BATCH = columns("batch", {
  id: text<FileBatchId>(),
  createdAt: integer(),
  isCancelled: flag(),
  in_progress: integer(),
  completed: integer(),
  failed: integer(),
  cancelled: integer(),
});
/** A row of the table of file batches. */
export type BatchRow = RowOf<typeof BATCH>;

const COLUMNS = ATTACHMENT.select("a");
const FIND_FILE = `SELECT ${COLUMNS} FROM attachment a WHERE a.file_id = ?`;
const FIND_TWINS = `SELECT ${COLUMNS} FROM attachment a
  WHERE a.sha256 = ? AND a.alias_of IS NULL ORDER BY a.seq`;
const LIST_ALIASES = `SELECT ${COLUMNS} FROM attachment a WHERE a.alias_of = ? ORDER BY a.seq`;
const NEW_FILE = ATTACHMENT.pick(
  "fileId",
  "version",
  "status",
  "createdAt",
  "filename",
  "bytes",
  "sha256",
  "corpusShard",
  "attributes",
  "chunkTokensMax",
  "overlapTokens",
  "aliasOf",
  "warnings",
);
const ADD_FILE = `INSERT INTO attachment (${NEW_FILE.names}) VALUES (${NEW_FILE.marks})
  RETURNING ${ATTACHMENT.select()}`;
/** The columns that may change after the insert. */
const CHANGING = ATTACHMENT.pick(
  "version",
  "attributes",
  "chunkTokensMax",
  "overlapTokens",
  "shard",
  "chunkCount",
  "usageBytes",
  "errorCode",
  "errorMessage",
  "status",
  "aliasOf",
  "takes",
  "warnings",
);
const SAVE_FILE = `UPDATE attachment SET ${CHANGING.assigned} WHERE seq = ?`;
const PLACE_FILE = "UPDATE attachment SET shard = ?2, chunk_count = ?3, takes = ?4 WHERE seq = ?1";
/** A detached file had its place directly before the file that has its number now. */
const FIND_DETACHED = "SELECT seq - 0.5 AS position FROM detached WHERE file_id = ?";
const REMEMBER_PLACE = `INSERT OR REPLACE INTO detached (file_id, seq, detached_at)
  SELECT file_id, seq, ?2 FROM attachment WHERE seq = ?1`;
/** Each detach adds one place and forgets up to ten. */
const FORGET_PLACES = `DELETE FROM detached WHERE file_id IN (
  SELECT file_id FROM detached WHERE detached_at < ? ORDER BY detached_at LIMIT 10)`;
const PLACE_KEPT_SECONDS = 86_400;
const REMOVE_FILE = "DELETE FROM attachment WHERE seq = ?";
const UNLINK_FILE = "DELETE FROM batch_file WHERE seq = ?";
const LIST_AFTER = `SELECT ${COLUMNS} FROM attachment a WHERE a.seq > ? ORDER BY a.seq LIMIT ?`;

const ADD_BATCH = "INSERT INTO batch (id, created_at) VALUES (?, ?)";
const FIND_BATCH = `SELECT ${BATCH.select()} FROM batch WHERE id = ?`;
const LINK_FILE = "INSERT OR IGNORE INTO batch_file (batch_id, seq) VALUES (?, ?) RETURNING seq";
const FIND_LINK = "SELECT 1 FROM batch_file WHERE batch_id = ? AND seq = ?";
const CANCEL_BATCH = "UPDATE batch SET is_cancelled = 1 WHERE id = ?";
const LIST_OPEN = `SELECT ${COLUMNS} FROM batch_file b JOIN attachment a ON a.seq = b.seq
  WHERE b.batch_id = ? AND a.status = 'in_progress'`;

/** Reads and writes the tables of a store's files and batches. It makes no decisions. */
export class VectorStoreFiles {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Finds a file of the store; null when it is not attached. */
  find(fileId: FileId): Attachment | null {
    return this.#sql.exec<Attachment>(FIND_FILE, fileId).toArray()[0] ?? null;
  }

  /**
   * Lists the files with the hash `sha256` of their bytes that have chunks of their own, or will have. Other files with
   * the same bytes share these chunks.
   */
  twins(sha256: string): Attachment[] {
    return this.#sql.exec<Attachment>(FIND_TWINS, sha256).toArray();
  }

  /** Lists the files that have the same bytes as a file and share its chunks. */
  listAliases(fileId: FileId): Attachment[] {
    return this.#sql.exec<Attachment>(LIST_ALIASES, fileId).toArray();
  }

  /** Lists the files with a place in the list after `seq`, the oldest first, at most `limit`; all come after -1. */
  after(seq: number, limit: number): Attachment[] {
    return this.#sql.exec<Attachment>(LIST_AFTER, seq, limit).toArray();
  }

  /**
   * Adds the row of a file that is being attached, with the settings of the request. `createdAt` is in Unix seconds.
   */
  add(
    request: AttachRequest,
    state: Pick<Attachment, "version" | "status" | "aliasOf" | "createdAt" | "warnings">,
  ): Attachment {
    const { fileId, filename, bytes, sha256, corpusShard, attributes, chunking } = request;
    const row = NEW_FILE.bind({
      ...state,
      fileId,
      filename,
      bytes,
      sha256,
      corpusShard,
      attributes: toJson(attributes),
      chunkTokensMax: chunking.chunkTokensMax,
      overlapTokens: chunking.overlapTokens,
    });
    return this.#sql.exec<Attachment>(ADD_FILE, ...row).one();
  }

  /** Writes the columns of a file that change while it is indexed. */
  save(file: Attachment): void {
    this.#sql.exec(SAVE_FILE, ...CHANGING.bind(file), file.seq);
  }

  /**
   * Writes only the columns that change when a queue consumer takes a file to index it. `save` costs more, since it
   * also rewrites rows of SQL indexes.
   */
  place({ seq, shard, chunkCount, takes }: Attachment): void {
    this.#sql.exec(PLACE_FILE, seq, shard, chunkCount, takes);
  }

  /**
   * Finds the position of a file in the list of the store's files, or of the batch's files if a batch is given. A
   * detached file keeps its position for a day. Null for any other file.
   */
  findPosition(fileId: FileId, batchId: FileBatchId | null): number | null {
    const attached = this.find(fileId);
    if (attached && (batchId === null || this.#isLinked(batchId, attached.seq)))
      return attached.seq;
    const found = this.#sql.exec<{ position: number }>(FIND_DETACHED, fileId).toArray();
    return found[0]?.position ?? null;
  }

  #isLinked(batchId: FileBatchId, seq: number): boolean {
    return this.#sql.exec(FIND_LINK, batchId, seq).toArray().length > 0;
  }

  /** Removes a file, and remembers its position in lists. `now` is in Unix seconds. */
  detach(seq: number, now: number): void {
    this.#sql.exec(FORGET_PLACES, now - PLACE_KEPT_SECONDS);
    this.#sql.exec(REMEMBER_PLACE, seq, now);
    this.remove(seq);
  }

  /** Deletes the row of a file and its entries in batches. */
  remove(seq: number): void {
    this.#sql.exec(UNLINK_FILE, seq);
    this.#sql.exec(REMOVE_FILE, seq);
  }

  /** Adds a file batch. `createdAt` is in Unix seconds. */
  addBatch(id: FileBatchId, createdAt: number): void {
    this.#sql.exec(ADD_BATCH, id, createdAt);
  }

  /** Finds a file batch; null when the store has none with this id. */
  batch(id: FileBatchId): BatchRow | null {
    return this.#sql.exec<BatchRow>(FIND_BATCH, id).toArray()[0] ?? null;
  }

  /** Adds a file to a batch and to the batch's number of files with this status. Does nothing if the batch has it. */
  link(batchId: FileBatchId, seq: number, status: FileStatus): void {
    if (this.#sql.exec(LINK_FILE, batchId, seq).toArray().length === 0) return;
    this.#sql.exec(`UPDATE batch SET ${status} = ${status} + 1 WHERE id = ?`, batchId);
  }

  /** Moves a file whose status has changed from the count of `from` to the count of `to`, in all its batches. */
  recount(seq: number, from: FileStatus, to: FileStatus): void {
    this.#sql.exec(
      `UPDATE batch SET ${from} = ${from} - 1, ${to} = ${to} + 1
       WHERE id IN (SELECT batch_id FROM batch_file WHERE seq = ?)`,
      seq,
    );
  }

  /** Marks a batch as cancelled. Returns its files that are in progress. */
  cancelBatch(id: FileBatchId): Attachment[] {
    this.#sql.exec(CANCEL_BATCH, id);
    return this.#sql.exec<Attachment>(LIST_OPEN, id).toArray();
  }

  /** Reads a page of the files of the store, or of a batch if one is given. Cursors are positions in that list. */
  page(query: PositionQuery, batchId: FileBatchId | null) {
    const { low, high, direction } = planPage(query);
    const { limit, status } = query;
    const seq = batchId === null ? "a.seq" : "b.seq";
    const where = [
      ...(batchId === null ? [] : ["b.batch_id = ?"]),
      ...(status === null ? [] : ["a.status = ?"]),
      ...(low === null ? [] : [`${seq} > ?`]),
      ...(high === null ? [] : [`${seq} < ?`]),
    ];
    const rows = this.#sql
      .exec<Attachment>(
        `SELECT ${COLUMNS} FROM ${batchId === null ? "" : "batch_file b JOIN "}attachment a
         ${batchId === null ? "" : "ON a.seq = b.seq"}
         ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`}
         ORDER BY ${seq} ${direction} LIMIT ?`,
        ...[batchId, status, low, high].filter((value) => value !== null),
        limit + 1,
      )
      .toArray();
    return cutPage(rows, query);
  }
}

/** A page of files, whose cursors are places in the list. */
type PositionQuery = PageRequest<number> & Pick<PageQuery, "status">;
