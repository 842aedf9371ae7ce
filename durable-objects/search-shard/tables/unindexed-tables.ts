import { columns, flag, integer, type RowOf } from "../../../src/columns.ts";

/** The columns of the table that says which chunks of a shard are in no segment. */
export const UNINDEXED = columns("unindexed", {
  nextNumber: integer(),
  lastNumber: integer(),
  dimensions: integer(),
  /** Set if FTS5's postings have these chunks, so that they can be searched; else nothing has. */
  hasPostings: flag(),
});
/** The chunks of a shard that are in no segment yet: those with numbers from `nextNumber` to `lastNumber`. */
export type Unindexed = RowOf<typeof UNINDEXED>;

const READ = `SELECT ${UNINDEXED.select()} FROM unindexed`;
const DROP = "DELETE FROM unindexed";
const PUT = `INSERT INTO unindexed (${UNINDEXED.names}) VALUES (${UNINDEXED.marks})`;
const LAST = "SELECT coalesce(max(number), 0) AS last FROM chunk";
const POSTINGS = "SELECT json_group_array(doc) AS numbers FROM posting_instance WHERE term = ?";
const HAS_POSTINGS = "SELECT 1 FROM sqlite_master WHERE name = 'posting'";
const DROP_POSTINGS = `DROP TABLE IF EXISTS posting_instance; DROP TABLE IF EXISTS posting_count;
  DROP TABLE IF EXISTS posting`;

/** Reads and writes which chunks are in no segment, and the postings that builds before segments have stored. */
export class UnindexedTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Returns the chunks that are in no segment; null if all are in one. */
  read(): Unindexed | null {
    return this.#sql.exec<Unindexed>(READ).toArray()[0] ?? null;
  }

  /** Sets which chunks are in no segment; null if all are in one. */
  write(unindexed: Unindexed | null): void {
    this.#sql.exec(DROP);
    if (unindexed) this.#sql.exec(PUT, ...UNINDEXED.bind(unindexed));
  }

  /** Returns the highest number of any chunk. */
  lastNumber(): number {
    return this.#sql.exec<{ last: number }>(LAST).one().last;
  }

  /**
   * Looks up a term in the postings of a shard from before segments. Returns the numbers of the chunks with the term,
   * ascending, each once for every occurrence.
   */
  postings(term: string): number[] {
    return JSON.parse(this.#sql.exec<{ numbers: string }>(POSTINGS, term).one().numbers);
  }

  /** Drops the postings of a shard from before segments, if it still has them. */
  dropPostings(): void {
    if (this.#sql.exec(HAS_POSTINGS).toArray().length > 0) this.#sql.exec(DROP_POSTINGS);
  }
}
