import { columns, flag, integer, type RowOf } from "../../../src/columns.ts";

/** The columns of the table of the chunks that wait to be indexed, which has at most one row. */
export const UNINDEXED = columns("unindexed", {
  nextNumber: integer(),
  lastNumber: integer(),
  dimensions: integer(),
  /**
   * True if these chunks have postings of FTS5 from a build before segments. Without them, they cannot be searched by
   * words.
   */
  hasPostings: flag(),
});
/**
 * The chunks of a shard that wait to be indexed: those with numbers from `nextNumber` to `lastNumber`. The chunks of
 * the tail are not among them.
 */
export type Unindexed = RowOf<typeof UNINDEXED>;

const READ = `SELECT ${UNINDEXED.select()} FROM unindexed`;
const DROP = "DELETE FROM unindexed";
const PUT = `INSERT INTO unindexed (${UNINDEXED.names}) VALUES (${UNINDEXED.marks})`;
const LAST = "SELECT coalesce(max(number), 0) AS last FROM chunk";
const POSTINGS = "SELECT json_group_array(doc) AS numbers FROM posting_instance WHERE term = ?";
const HAS_POSTINGS = "SELECT 1 FROM sqlite_master WHERE name = 'posting'";
const DROP_POSTINGS = `DROP TABLE IF EXISTS posting_instance; DROP TABLE IF EXISTS posting_count;
  DROP TABLE IF EXISTS posting`;

/**
 * Reads and writes the range of chunks that wait to be indexed, and reads the postings that builds before segments have
 * stored.
 */
export class UnindexedTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Returns the chunks that wait to be indexed; null if there are none. */
  read(): Unindexed | null {
    return this.#sql.exec<Unindexed>(READ).toArray()[0] ?? null;
  }

  /** Stores the range of chunks that wait to be indexed; null deletes it. */
  write(unindexed: Unindexed | null): void {
    this.#sql.exec(DROP);
    if (unindexed) this.#sql.exec(PUT, ...UNINDEXED.bind(unindexed));
  }

  /** Returns the highest number of a stored chunk; 0 if there is none. */
  lastNumber(): number {
    return this.#sql.exec<{ last: number }>(LAST).one().last;
  }

  /**
   * Looks up a term in the postings of a build before segments. Returns the numbers of the chunks that contain the
   * term, ascending; a number is repeated for each occurrence.
   */
  postings(term: string): number[] {
    return JSON.parse(this.#sql.exec<{ numbers: string }>(POSTINGS, term).one().numbers);
  }

  /** Deletes the postings of a build before segments, if there are any. */
  dropPostings(): void {
    if (this.#sql.exec(HAS_POSTINGS).toArray().length > 0) this.#sql.exec(DROP_POSTINGS);
  }
}
