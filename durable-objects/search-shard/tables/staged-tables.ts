import { columns, integer, type RowOf, text } from "../../../src/columns.ts";
import type { FileId } from "../../../src/ids.ts";

/** The columns of the table of parts of long files that are not complete. */
export const STAGED_PART = columns("staged_part", {
  segment: integer(),
  fileId: text<FileId>(),
  version: integer(),
  firstNumber: integer(),
  firstChunk: integer(),
  chunkCount: integer(),
  stagedAt: integer(),
});
/** A part of a long file: its segment, the numbers of its chunks, and its place in the file. */
export type StagedPartRow = RowOf<typeof STAGED_PART>;

const ADD = `INSERT INTO staged_part (${STAGED_PART.names}) VALUES (${STAGED_PART.marks})`;
const PARTS_OF = `SELECT ${STAGED_PART.select()} FROM staged_part WHERE file_id = ?
  ORDER BY version, first_chunk`;
const OLDER = `SELECT ${STAGED_PART.select()} FROM staged_part
  WHERE file_id IN (SELECT file_id FROM staged_part WHERE staged_at < ?)`;
const OLDEST = "SELECT min(staged_at) AS oldest FROM staged_part";
const FORGET = "DELETE FROM staged_part WHERE segment IN (SELECT value FROM json_each(?))";
const ALL = `SELECT ${STAGED_PART.select()} FROM staged_part`;

/** Reads and writes which parts of long files a shard has, which is a short list. It makes no decisions. */
export class StagedTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Adds a part. */
  add(part: StagedPartRow): void {
    this.#sql.exec(ADD, ...STAGED_PART.bind(part));
  }

  /** Lists the parts of a file, of each version in their order. */
  partsOf(fileId: FileId): StagedPartRow[] {
    return this.#sql.exec<StagedPartRow>(PARTS_OF, fileId).toArray();
  }

  /** Lists the parts of files of which some part is older than `before`, in milliseconds since the epoch. */
  olderThan(before: number): StagedPartRow[] {
    return this.#sql.exec<StagedPartRow>(OLDER, before).toArray();
  }

  /** Returns when the oldest part was staged, in milliseconds since the epoch; null without any. */
  oldest(): number | null {
    return this.#sql.exec<{ oldest: number | null }>(OLDEST).one().oldest;
  }

  /** Forgets parts, by their segments. */
  forget(segments: readonly number[]): void {
    this.#sql.exec(FORGET, JSON.stringify(segments));
  }

  /** Lists all parts. */
  all(): StagedPartRow[] {
    return this.#sql.exec<StagedPartRow>(ALL).toArray();
  }
}
