import { columns, flag, integer, nullable, type RowOf, text } from "../../../src/columns.ts";
import type { FileBatchId } from "../../../src/ids.ts";
import type { FileStatus } from "../../../src/knowledge/vector-store-types.ts";

/** The columns of the table of file batches, with the number of files in each status. */
export const BATCH = columns("batch", {
  id: text<FileBatchId>(),
  createdAt: integer(),
  isCancelled: flag(),
  in_progress: integer(),
  completed: integer(),
  failed: integer(),
  cancelled: integer(),
  /**
   * The places (`seq`) of the first and the last file that were attached for the batch; null if all its files were
   * attached before.
   */
  firstSeq: nullable(integer()),
  lastSeq: nullable(integer()),
});
/** A row of the table of file batches. */
export type BatchRow = RowOf<typeof BATCH>;

/**
 * The change of a batch that one transaction makes: the differences of its counts of files by status, and the places
 * (`seq`) of the first and the last file that it attached for the batch; null if it attached none.
 */
export type BatchChange = Record<FileStatus, number> & {
  firstSeq: number | null;
  lastSeq: number | null;
};

const ADD_BATCH = "INSERT INTO batch (id, created_at) VALUES (?, ?)";
const FIND_BATCH = `SELECT ${BATCH.select()} FROM batch WHERE id = ?`;
const CHANGE_BATCH = `UPDATE batch SET in_progress = in_progress + ?2, completed = completed + ?3,
    failed = failed + ?4, cancelled = cancelled + ?5,
    first_seq = min(coalesce(first_seq, ?6), coalesce(?6, first_seq)),
    last_seq = max(coalesce(last_seq, ?7), coalesce(?7, last_seq))
  WHERE id = ?1`;
const CANCEL_BATCH = "UPDATE batch SET is_cancelled = 1 WHERE id = ?";
const LINK_FILE = "INSERT OR IGNORE INTO batch_file (batch_id, seq) VALUES (?, ?) RETURNING seq";
const FIND_LINK = "SELECT 1 FROM batch_file WHERE batch_id = ? AND seq = ?";
const LIST_LINKED = "SELECT batch_id AS id FROM batch_file WHERE seq = ?";
const UNLINK_FILE = "DELETE FROM batch_file WHERE seq = ?";

/**
 * Reads and writes the table of file batches, and the table of links to files that were attached before the batch was
 * made. It makes no decisions.
 */
export class FileBatches {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Adds a file batch. `createdAt` is in Unix seconds. */
  add(id: FileBatchId, createdAt: number): void {
    this.#sql.exec(ADD_BATCH, id, createdAt);
  }

  /** Finds a file batch; null when the store has none with this id. */
  find(id: FileBatchId): BatchRow | null {
    return this.#sql.exec<BatchRow>(FIND_BATCH, id).toArray()[0] ?? null;
  }

  /** Adds a change to the counts of a batch and to the range of its files. */
  change(id: FileBatchId, changed: BatchChange): void {
    const { in_progress, completed, failed, cancelled, firstSeq, lastSeq } = changed;
    const counts = [in_progress, completed, failed, cancelled];
    this.#sql.exec(CHANGE_BATCH, id, ...counts, firstSeq, lastSeq);
  }

  /** Marks a batch as cancelled. */
  cancel(id: FileBatchId): void {
    this.#sql.exec(CANCEL_BATCH, id);
  }

  /** Adds a file that was attached before to a batch. Returns false if the batch already has it. */
  link(id: FileBatchId, seq: number): boolean {
    return this.#sql.exec(LINK_FILE, id, seq).toArray().length > 0;
  }

  /** Tests whether `link` has added a file to a batch. */
  isLinked(id: FileBatchId, seq: number): boolean {
    return this.#sql.exec(FIND_LINK, id, seq).toArray().length > 0;
  }

  /** Lists the batches to which `link` has added a file. */
  listLinked(seq: number): FileBatchId[] {
    const rows = this.#sql.exec<{ id: FileBatchId }>(LIST_LINKED, seq).toArray();
    return rows.map(({ id }) => id);
  }

  /** Removes a file from the batches to which `link` has added it. */
  unlink(seq: number): void {
    this.#sql.exec(UNLINK_FILE, seq);
  }
}
