import { columns, integer, json, parseJson, type RowOf, text, toJson } from "../../src/columns.ts";
import type { ProjectId, VectorStoreId } from "../../src/ids.ts";
import type { Region } from "../../src/knowledge/scope.ts";
import type { WatchTimes } from "../../src/retrieval/vectorize/late-effects.ts";
import type { ChunkRun } from "../../src/retrieval/vectorize/placement.ts";

/** The columns of the table of what the index is asked for again. */
export const WATCHED = columns("watched", {
  namespace: text(),
  /** The number of the shard; `WHOLE_NAMESPACE` if no vector of the namespace is to be in the index. */
  shard: integer(),
  runs: json<readonly ChunkRun[]>(),
  projectId: text<ProjectId>(),
  region: text<Region>(),
  storeId: text<VectorStoreId>(),
  generation: integer(),
  since: integer(),
  dueAt: integer(),
});
type WatchedRow = RowOf<typeof WATCHED>;
/** Chunks of a shard, or a whole namespace, about which the index is asked again. */
export type Watched = Omit<WatchedRow, "runs"> & { readonly runs: readonly ChunkRun[] };

/** Stands in the place of a shard's number for all shards of a namespace. */
export const WHOLE_NAMESPACE = -1;

const DUE = `SELECT ${WATCHED.select()} FROM watched WHERE due_at <= ? ORDER BY due_at LIMIT ?`;
const NEXT_DUE = "SELECT due_at AS next FROM watched ORDER BY due_at LIMIT 1";
const PUT = `INSERT OR REPLACE INTO watched (${WATCHED.names}) VALUES (${WATCHED.marks})`;
const DROP = "DELETE FROM watched WHERE namespace = ? AND shard = ? AND runs = ?";
const IS_LEFT = "SELECT 1 AS found FROM watched WHERE namespace = ? AND shard = -1";

/** Reads and writes the table of what the index is asked about again. It makes no decisions; callers open transactions. */
export class WatchTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Lists at most `limit` entries that are due at the time `now`, in milliseconds since the epoch. */
  due(now: number, limit: number): Watched[] {
    const rows = this.#sql.exec<WatchedRow>(DUE, now, limit).toArray();
    return rows.map((row) => ({ ...row, runs: parseJson(row.runs) }));
  }

  /** Returns when the first entry is due, in milliseconds since the epoch; null without any. */
  nextDue(): number | null {
    return this.#sql.exec<{ next: number }>(NEXT_DUE).toArray()[0]?.next ?? null;
  }

  /** Tests whether a namespace is watched that was left: nothing may be written to it before that ends. */
  isLeft(namespace: string): boolean {
    return this.#sql.exec(IS_LEFT, namespace).toArray().length > 0;
  }

  /** Adds an entry, in place of one about the same chunks. */
  put(watched: Watched): void {
    this.#sql.exec(PUT, ...WATCHED.bind({ ...watched, runs: toJson(watched.runs) }));
  }

  /** Sets the times of an entry; null deletes it. */
  move(watched: Watched, times: WatchTimes | null): void {
    if (times) this.put({ ...watched, ...times });
    else this.#sql.exec(DROP, watched.namespace, watched.shard, toJson(watched.runs));
  }
}
