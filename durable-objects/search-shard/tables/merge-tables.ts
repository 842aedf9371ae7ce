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

/** The columns of the table with the merges in progress. */
export const MERGE = columns("merge", {
  target: integer(),
  sources: json<readonly number[]>(),
  removed: integer(),
  compacts: flag(),
  afterKey: nullable(blob()),
});
/**
 * A merge in progress, of which only the newest goes on; each is much smaller than the one before it. The segments `sources` are merged into `target`. `afterKey` is the key of the last
 * posting list that is written; null before the first slice.
 */
export type MergeRow = RowOf<typeof MERGE>;

const LIST = `SELECT ${MERGE.select()} FROM merge ORDER BY target DESC`;
const PUT = `INSERT OR REPLACE INTO merge (${MERGE.names}) VALUES (${MERGE.marks})`;
const DROP = "DELETE FROM merge WHERE target = ?";
const DROP_ALL = "DELETE FROM merge";
const RETIRE = "UPDATE segment SET state = 'dropped' WHERE id IN (SELECT value FROM json_each(?))";
const RETIRED = "SELECT id FROM segment WHERE state = 'dropped' LIMIT 1";
const DROP_SOME = `DELETE FROM segment_part WHERE (segment, kind, first_key) IN
  (SELECT segment, kind, first_key FROM segment_part WHERE segment = ? LIMIT ?)`;
const HAS_PARTS = "SELECT 1 FROM segment_part WHERE segment = ? LIMIT 1";
const DROP_SEGMENT = "DELETE FROM segment WHERE id = ?";

/** Reads and writes the merges in progress of a shard, and deletes the segments that a merge has replaced. */
export class MergeTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Lists the merges in progress, newest first. */
  list(): MergeRow[] {
    return this.#sql.exec<MergeRow>(LIST).toArray();
  }

  /** Returns the newest merge in progress; null if there is none. */
  newest(): MergeRow | null {
    return this.list()[0] ?? null;
  }

  /** Stores a new merge or the progress of one. */
  put(merge: MergeRow): void {
    this.#sql.exec(PUT, ...MERGE.bind(merge));
  }

  /** Deletes the merge into the segment `target`. */
  drop(target: number): void {
    this.#sql.exec(DROP, target);
  }

  /** Deletes all merges. */
  dropAll(): void {
    this.#sql.exec(DROP_ALL);
  }

  /** Hides segments from searches. `dropRetired` then deletes them part by part. */
  retire(sources: Json<readonly number[]>): void {
    this.#sql.exec(RETIRE, sources);
  }

  /** True if there is a retired segment to delete. */
  hasRetired(): boolean {
    return this.#sql.exec(RETIRED).toArray().length > 0;
  }

  /** Deletes at most `limit` parts of a retired segment, and the segment itself after its last part. */
  dropRetired(limit: number): void {
    const [retired] = this.#sql.exec<{ id: number }>(RETIRED).toArray();
    if (!retired) return;
    this.#sql.exec(DROP_SOME, retired.id, limit);
    const isLeft = this.#sql.exec(HAS_PARTS, retired.id).toArray().length > 0;
    if (!isLeft) this.#sql.exec(DROP_SEGMENT, retired.id);
  }
}
