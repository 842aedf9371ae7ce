import { columns, integer, type RowOf, text } from "../../../src/columns.ts";
import type { FileId } from "../../../src/ids.ts";

/** The columns of the table of staged parts: the parts of long files that are not published yet. */
export const STAGED_PART = columns("staged_part", {
  segment: integer(),
  fileId: text<FileId>(),
  version: integer(),
  firstNumber: integer(),
  firstChunk: integer(),
  chunkCount: integer(),
  stagedAt: integer(),
});
/**
 * A staged part of a long file: its segment, the number of its first chunk in the shard (`firstNumber`) and in the file
 * (`firstChunk`), and the time of staging in milliseconds since the epoch.
 */
export type StagedPartRow = RowOf<typeof STAGED_PART>;

const ADD = `INSERT INTO staged_part (${STAGED_PART.names}) VALUES (${STAGED_PART.marks})`;
const PARTS_OF = `SELECT ${STAGED_PART.select()} FROM staged_part WHERE file_id = ?
  ORDER BY version, first_chunk`;
const OLDER = `SELECT ${STAGED_PART.select()} FROM staged_part
  WHERE file_id IN (SELECT file_id FROM staged_part WHERE staged_at < ?)`;
const OLDEST = "SELECT min(staged_at) AS oldest FROM staged_part";
const FIRST = "SELECT min(first_number - first_chunk) AS first FROM staged_part";
const FORGET = "DELETE FROM staged_part WHERE segment IN (SELECT value FROM json_each(?))";
const ALL = `SELECT ${STAGED_PART.select()} FROM staged_part`;

/** Reads and writes the staged parts of long files, of which a shard has few. It makes no decisions. */
export class StagedTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Adds a part. */
  add(part: StagedPartRow): void {
    this.#sql.exec(ADD, ...STAGED_PART.bind(part));
  }

  /** Lists the parts of a file, ordered by version and by their place in the file. */
  partsOf(fileId: FileId): StagedPartRow[] {
    return this.#sql.exec<StagedPartRow>(PARTS_OF, fileId).toArray();
  }

  /** Lists all parts of each file that has a part staged before `before`, in milliseconds since the epoch. */
  olderThan(before: number): StagedPartRow[] {
    return this.#sql.exec<StagedPartRow>(OLDER, before).toArray();
  }

  /** Returns the time at which the oldest part was staged, in milliseconds since the epoch; null if there is none. */
  oldest(): number | null {
    return this.#sql.exec<{ oldest: number | null }>(OLDEST).one().oldest;
  }

  /** Returns the lowest number that a staged file has reserved; null if there is none. */
  firstNumber(): number | null {
    return this.#sql.exec<{ first: number | null }>(FIRST).one().first;
  }

  /** Deletes the rows of parts, given the ids of their segments. */
  forget(segments: readonly number[]): void {
    this.#sql.exec(FORGET, JSON.stringify(segments));
  }

  /** Lists all parts. */
  all(): StagedPartRow[] {
    return this.#sql.exec<StagedPartRow>(ALL).toArray();
  }
}
