import {
  type Json,
  columns,
  blob,
  flag,
  integer,
  json,
  nullable,
  type RowOf,
} from "../../../src/columns.ts";

/** The columns of the table with the merge that is going on. */
export const MERGE = columns("merge", {
  target: integer(),
  sources: json<readonly number[]>(),
  removed: integer(),
  compacts: flag(),
  afterKey: nullable(blob()),
});
/** A merge that is going on in slices: `sources` become `target`. */
export type MergeRow = RowOf<typeof MERGE>;

const READ = `SELECT ${MERGE.select()} FROM merge`;
const PUT = `INSERT OR REPLACE INTO merge (${MERGE.names}) VALUES (${MERGE.marks})`;
const DROP = "DELETE FROM merge";
const RETIRE = "UPDATE segment SET state = 'dropped' WHERE id IN (SELECT value FROM json_each(?))";
const RETIRED = "SELECT id FROM segment WHERE state = 'dropped' LIMIT 1";
const DROP_SOME = `DELETE FROM segment_part WHERE (segment, kind, first_key) IN
  (SELECT segment, kind, first_key FROM segment_part WHERE segment = ? LIMIT ?)`;
const HAS_PARTS = "SELECT 1 FROM segment_part WHERE segment = ? LIMIT 1";
const DROP_SEGMENT = "DELETE FROM segment WHERE id = ?";

/** Reads and writes the merge of a shard that is going on, and deletes the segments that merges leave. */
export class MergeTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Returns the merge that is going on; null if there is none. */
  read(): MergeRow | null {
    return this.#sql.exec<MergeRow>(READ).toArray()[0] ?? null;
  }

  /** Begins a merge, or notes how far it is. */
  put(merge: MergeRow): void {
    this.#sql.exec(PUT, ...MERGE.bind(merge));
  }

  /** Ends the merge that is going on. */
  drop(): void {
    this.#sql.exec(DROP);
  }

  /** Lets no search see segments any more. `dropRetired` deletes them, part by part. */
  retire(sources: Json<readonly number[]>): void {
    this.#sql.exec(RETIRE, sources);
  }

  /** True if a segment is retired and not deleted yet. */
  hasRetired(): boolean {
    return this.#sql.exec(RETIRED).toArray().length > 0;
  }

  /** Deletes at most `limit` parts of a retired segment, at last the segment. */
  dropRetired(limit: number): void {
    const [retired] = this.#sql.exec<{ id: number }>(RETIRED).toArray();
    if (!retired) return;
    this.#sql.exec(DROP_SOME, retired.id, limit);
    const isLeft = this.#sql.exec(HAS_PARTS, retired.id).toArray().length > 0;
    if (!isLeft) this.#sql.exec(DROP_SEGMENT, retired.id);
  }
}
