import { columns, integer, type RowOf, text } from "../../../src/columns.ts";
import type { FileId } from "../../../src/ids.ts";
import type { NumberRun } from "../../../src/retrieval/segment/columns.ts";

/** The columns of the table of files that have lost vectors. */
export const DAMAGED_FILE = columns("damaged_file", {
  fileId: text<FileId>(),
  version: integer(),
  dueAt: integer(),
});
/** A version of a file that has lost vectors, and when the store's object is asked for it next. */
export type DamagedFile = RowOf<typeof DAMAGED_FILE>;

const NOTE = `INSERT OR IGNORE INTO damaged_file (${DAMAGED_FILE.names})
  SELECT DISTINCT file_id, coalesce(
    (SELECT version FROM staged_part
      WHERE number >= first_number AND number < first_number + staged_part.chunk_count),
    file.version, 0), 0
  FROM chunk LEFT JOIN file USING (file_id) WHERE number >= ? AND number < ?`;
const DUE = `SELECT ${DAMAGED_FILE.select()} FROM damaged_file WHERE due_at <= ?
  ORDER BY file_id, version LIMIT ?`;
const NEXT_DUE = "SELECT min(due_at) AS due FROM damaged_file";
const POSTPONE = "UPDATE damaged_file SET due_at = ? WHERE file_id = ?";
const FORGET = "DELETE FROM damaged_file WHERE file_id = ? AND version < ?";

/** Reads and writes which files have lost vectors. Callers open transactions. */
export class DamageTables {
  readonly #sql: SqlStorage;
  #hasNew = false;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Notes the files of the chunks with the numbers of a run, since their vectors are damaged. */
  note({ first, count }: NumberRun): void {
    this.#sql.exec(NOTE, first, first + count);
    this.#hasNew = true;
  }

  /** Returns true if damage was noted since the last call. */
  takeNew(): boolean {
    const hasNew = this.#hasNew;
    this.#hasNew = false;
    return hasNew;
  }

  /** Lists at most `limit` files that are due at this time, in milliseconds since the epoch. */
  due(now: number, limit: number): DamagedFile[] {
    return this.#sql.exec<DamagedFile>(DUE, now, limit).toArray();
  }

  /** Returns when the first file is due, in milliseconds since the epoch; null if there are none. */
  nextDue(): number | null {
    return this.#sql.exec<{ due: number | null }>(NEXT_DUE).one().due;
  }

  /** Makes a file due at another time, in milliseconds since the epoch. */
  postpone(fileId: FileId, dueAt: number): void {
    this.#sql.exec(POSTPONE, dueAt, fileId);
  }

  /** Forgets the versions of a file below `version`, since they are gone. */
  forget(fileId: FileId, version: number): void {
    this.#sql.exec(FORGET, fileId, version);
  }
}
