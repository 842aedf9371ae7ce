import { toJson } from "../../../src/columns.ts";
import type { FileBatchId, FileId } from "../../../src/ids.ts";
import type {
  AttachRequest,
  FileStatus,
  PageQuery,
} from "../../../src/knowledge/vector-store-types.ts";
import { cutPage, type PageRequest, planPage } from "../../../src/page.ts";
import { arrange, ATTACHMENT, type Attachment } from "./attachment-row.ts";
import { FileBatches } from "./file-batches.ts";
import { FileCopies } from "./file-copies.ts";

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
  "isVerbatim",
  "batchId",
);
const ADD_FILE = `INSERT INTO attachment (${NEW_FILE.names}) VALUES (${NEW_FILE.marks})
  RETURNING ${ATTACHMENT.select()}`;
/** The columns that may change after the insert. */
const CHANGING = ATTACHMENT.pick(
  "version",
  "corpusShard",
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
  "isVerbatim",
  "otherShard",
  "otherChunkCount",
  "otherUsageBytes",
  "copyState",
  "copyError",
);
const SAVE_FILE = `UPDATE attachment SET ${CHANGING.assigned} WHERE seq = ?`;
/**
 * The columns that change when a file has been indexed. The only SQL index on one of them, that of `status`, has no
 * entries for indexed files.
 */
const OUTCOME = ATTACHMENT.pick(
  "chunkCount",
  "usageBytes",
  "errorCode",
  "errorMessage",
  "status",
  "takes",
  "warnings",
  "isVerbatim",
  "otherChunkCount",
  "otherUsageBytes",
);
const SAVE_OUTCOME = `UPDATE attachment SET ${OUTCOME.assigned} WHERE seq = ?`;
const PLACE = ATTACHMENT.pick("shard", "chunkCount", "takes", "otherShard", "otherChunkCount");
const PLACE_FILE = `UPDATE attachment SET ${PLACE.assigned} WHERE seq = ?`;
/** A detached file had its place directly before the file that has its number now. */
const FIND_DETACHED = "SELECT seq - 0.5 AS position FROM detached WHERE file_id = ?";
const REMEMBER_PLACE = `INSERT OR REPLACE INTO detached (file_id, seq, detached_at)
  SELECT file_id, seq, ?2 FROM attachment WHERE seq = ?1`;
/** Each detach adds one place and forgets up to ten. */
const FORGET_PLACES = `DELETE FROM detached WHERE file_id IN (
  SELECT file_id FROM detached WHERE detached_at < ? ORDER BY detached_at LIMIT 10)`;
const PLACE_KEPT_SECONDS = 86_400;
const REMOVE_FILE = "DELETE FROM attachment WHERE seq = ?";
const LIST_AFTER = `SELECT ${COLUMNS} FROM attachment a WHERE a.seq > ? ORDER BY a.seq LIMIT ?`;

const OPEN = "a.status <> 'completed' AND a.status = 'in_progress'";
const LIST_OPEN = `SELECT ${COLUMNS} FROM attachment a
  WHERE ${OPEN} AND a.seq BETWEEN ?2 AND ?3 AND a.batch_id = ?1 ORDER BY a.seq`;
const LIST_OPEN_LINKED = `SELECT ${COLUMNS} FROM batch_file b JOIN attachment a ON a.seq = b.seq
  WHERE b.batch_id = ? AND a.status = 'in_progress'`;

/** Reads and writes the tables of a store's files and batches. It makes no decisions. */
export class VectorStoreFiles {
  readonly batches: FileBatches;
  readonly copies: FileCopies;
  readonly #sql: SqlStorage;
  readonly #serving: () => number;

  /** `serving` returns the number of the generation that serves. */
  constructor(sql: SqlStorage, serving: () => number = () => 1) {
    this.#sql = sql;
    this.#serving = serving;
    this.batches = new FileBatches(sql);
    this.copies = new FileCopies(sql, serving);
  }

  /** Finds a file of the store; null when it is not attached. */
  find(fileId: FileId): Attachment | null {
    return this.#read(FIND_FILE, fileId)[0] ?? null;
  }

  /**
   * Lists the files with the hash `sha256` of their bytes that have chunks of their own, or will have. Other files with
   * the same bytes share these chunks.
   */
  twins(sha256: string): Attachment[] {
    return this.#read(FIND_TWINS, sha256);
  }

  /** Lists the files that have the same bytes as a file and share its chunks. */
  listAliases(fileId: FileId): Attachment[] {
    return this.#read(LIST_ALIASES, fileId);
  }

  /** Lists the files with a place in the list after `seq`, the oldest first, at most `limit`; all come after -1. */
  after(seq: number, limit: number): Attachment[] {
    return this.#read(LIST_AFTER, seq, limit);
  }

  /**
   * Adds the row of a file that is being attached, with the settings of the request. `createdAt` is in Unix seconds.
   */
  add(
    request: AttachRequest,
    state: Pick<
      Attachment,
      "version" | "status" | "aliasOf" | "createdAt" | "warnings" | "isVerbatim" | "batchId"
    >,
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
    const added = this.#sql.exec<Attachment>(ADD_FILE, ...row).one();
    return arrange(added, this.#serving());
  }

  /** Writes the columns of a file that change while it is indexed. */
  save(file: Attachment): void {
    this.#sql.exec(SAVE_FILE, ...CHANGING.bind(this.#arrange(file)), file.seq);
  }

  /** Writes only the columns that change when a file has been indexed, which rewrites no row of an SQL index. */
  saveOutcome(file: Attachment): void {
    this.#sql.exec(SAVE_OUTCOME, ...OUTCOME.bind(this.#arrange(file)), file.seq);
  }

  /**
   * Writes only the columns that change when a queue consumer takes a file to index it. `save` costs more, since it
   * also rewrites rows of SQL indexes.
   */
  place(file: Attachment): void {
    this.#sql.exec(PLACE_FILE, ...PLACE.bind(this.#arrange(file)), file.seq);
  }

  /**
   * Finds the position of a file in the list of the store's files, or of the batch's files if a batch is given. A
   * detached file keeps its position for a day. Null for any other file.
   */
  findPosition(fileId: FileId, batchId: FileBatchId | null): number | null {
    const attached = this.find(fileId);
    if (attached && (batchId === null || this.isInBatch(attached, batchId))) return attached.seq;
    const found = this.#sql.exec<{ position: number }>(FIND_DETACHED, fileId).toArray();
    return found[0]?.position ?? null;
  }

  /** Tests whether a batch has a file. */
  isInBatch(file: Attachment, batchId: FileBatchId): boolean {
    return file.batchId === batchId || this.batches.isLinked(batchId, file.seq);
  }

  /** Lists the batches that have a file. */
  listBatches({ seq, batchId }: Attachment): FileBatchId[] {
    const linked = this.batches.listLinked(seq);
    return batchId === null ? linked : [batchId, ...linked];
  }

  /** Removes a file, and remembers its position in lists. `now` is in Unix seconds. */
  detach(seq: number, now: number): void {
    this.#sql.exec(FORGET_PLACES, now - PLACE_KEPT_SECONDS);
    this.#sql.exec(REMEMBER_PLACE, seq, now);
    this.remove(seq);
  }

  /** Deletes the row of a file and its entries in batches. */
  remove(seq: number): void {
    this.batches.unlink(seq);
    this.#sql.exec(REMOVE_FILE, seq);
  }

  /** Lists the files of a batch that are in progress. */
  listOpen(id: FileBatchId): Attachment[] {
    const { firstSeq, lastSeq } = this.batches.find(id) ?? {};
    const own = this.#read(LIST_OPEN, id, firstSeq ?? null, lastSeq ?? null);
    const linked = this.#read(LIST_OPEN_LINKED, id);
    return [...own, ...linked];
  }

  /** Reads a page of the files of the store, or of a batch if one is given. Cursors are positions in that list. */
  page(query: PositionQuery, batchId: FileBatchId | null) {
    const rows = batchId === null ? this.#list(query, ALL) : this.#listOfBatch(query, batchId);
    return cutPage(rows, query);
  }

  /** Lists the files of a batch on a page: those that were attached for it, and those that it has besides. */
  #listOfBatch(query: PositionQuery, batchId: FileBatchId): Attachment[] {
    const { firstSeq, lastSeq } = this.batches.find(batchId) ?? {};
    const bounds = [batchId, firstSeq ?? null, lastSeq ?? null];
    const rows = [...this.#list(query, OF_BATCH, bounds), ...this.#list(query, LINKED, [batchId])];
    const sign = planPage(query).direction === "ASC" ? 1 : -1;
    rows.sort((one, other) => sign * (one.seq - other.seq));
    return rows.slice(0, query.limit + 1);
  }

  #list(query: PositionQuery, { from, seq, where }: FileList, bindings: SqlStorageValue[] = []) {
    const { low, high, direction } = planPage(query);
    const { limit, status } = query;
    const conditions = [
      ...where,
      ...(status === null ? [] : [statusIs(status)]),
      ...(low === null ? [] : [`${seq} > ?`]),
      ...(high === null ? [] : [`${seq} < ?`]),
    ];
    return this.#read(
      `SELECT ${COLUMNS} FROM ${from}
       ${conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`}
       ORDER BY ${seq} ${direction} LIMIT ?`,
      ...bindings,
      ...[low, high].filter((value) => value !== null),
      limit + 1,
    );
  }

  #read(sql: string, ...bindings: SqlStorageValue[]): Attachment[] {
    const rows = this.#sql.exec<Attachment>(sql, ...bindings).toArray();
    return rows.length === 0 ? rows : rows.map((row) => this.#arrange(row));
  }

  #arrange(file: Attachment): Attachment {
    return arrange(file, this.#serving());
  }
}

/** The SQL of a list of files, ordered by the column `seq`. The parameters of `where` are bound first. */
type FileList = { readonly from: string; readonly seq: string; readonly where: readonly string[] };
const ALL: FileList = { from: "attachment a", seq: "a.seq", where: [] };
const OF_BATCH: FileList = { ...ALL, where: ["a.batch_id = ? AND a.seq BETWEEN ? AND ?"] };
const LINKED: FileList = {
  from: "batch_file b JOIN attachment a ON a.seq = b.seq",
  seq: "b.seq",
  where: ["b.batch_id = ?"],
};

/** Makes the SQL condition for a status. It repeats the condition of the partial index, which SQLite does not infer. */
const statusIs = (status: FileStatus): string =>
  `${status === "completed" ? "" : "a.status <> 'completed' AND "}a.status = '${status}'`;

/** A page of files, whose cursors are places in the list. */
type PositionQuery = PageRequest<number> & Pick<PageQuery, "status">;
