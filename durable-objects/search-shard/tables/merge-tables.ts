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

/** The columns of the table with the merge in progress, of which there is at most one. */
export const MERGE = columns("merge", {
  target: integer(),
  sources: json<readonly number[]>(),
  removed: integer(),
  compacts: flag(),
  afterKey: nullable(blob()),
});
/**
 * A merge in progress: the segments `sources` are merged into `target`. `afterKey` is the key of the last posting list
 * that is written; null before the first slice.
 */
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

/** Reads and writes the merge in progress of a shard, and deletes the segments that a merge has replaced. */
export class MergeTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Returns the merge in progress; null if there is none. */
  read(): MergeRow | null {
    return this.#sql.exec<MergeRow>(READ).toArray()[0] ?? null;
  }

  /** Stores a new merge or the progress of the present one. */
  put(merge: MergeRow): void {
    this.#sql.exec(PUT, ...MERGE.bind(merge));
  }

  /** Deletes the merge in progress. */
  drop(): void {
    this.#sql.exec(DROP);
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
