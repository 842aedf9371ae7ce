import { columns, integer, type RowOf, text } from "../../../src/columns.ts";
import type { FollowPoint } from "../../../src/retrieval/follow-point.ts";

/** The columns of the table of a shard that is followed, which has at most one row. */
export const FOLLOWED = columns(
  "followed",
  { epoch: text(), head: integer(), renewedAt: integer() },
  ["singleton"],
);
type FollowedRow = RowOf<typeof FOLLOWED>;

const READ = `SELECT ${FOLLOWED.select()} FROM followed`;
const SAVE = `INSERT OR REPLACE INTO followed (${FOLLOWED.names}, singleton)
  VALUES (${FOLLOWED.marks}, 1)`;
const DROP = "DELETE FROM followed";
const LAST_CHANGE = `SELECT changed AS head FROM file WHERE changed IS NOT NULL
  ORDER BY changed DESC LIMIT 1`;

/** Time after the last request of a follower from which on changes are not numbered any more, in milliseconds. */
const FOLLOWED_MS = 600_000;
/** Time after which a request of a follower is written down again, in milliseconds. */
const RENEW_MS = 60_000;

/**
 * Numbers the changes of a shard's files while it has followers. Without any, it writes nothing. Callers open
 * transactions, and call `forget` if one fails.
 */
export class FollowedTable {
  readonly #sql: SqlStorage;
  /** Read once from storage, with the head at this time. */
  #row: FollowedRow | null | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The state of the shard for its followers; null if it is not followed. */
  point(): FollowPoint | null {
    const row = this.#read();
    return row && { epoch: row.epoch, head: row.head };
  }

  /** Returns the number of the next change of a file; null if the shard is not followed. */
  next(): number | null {
    const row = this.#read();
    if (!row) return null;
    if (row.renewedAt + FOLLOWED_MS <= Date.now()) {
      this.#sql.exec(DROP);
      this.#row = null;
      return null;
    }
    this.#row = { ...row, head: row.head + 1 };
    return this.#row.head;
  }

  /** Numbers the changes for a follower that asks at the time `now`, in milliseconds since the epoch. */
  renew(now: number): FollowPoint {
    const row = this.#read();
    if (!row) return this.restart(now);
    if (row.renewedAt + RENEW_MS <= now) this.#save({ ...row, renewedAt: now });
    return { epoch: row.epoch, head: row.head };
  }

  /** Begins a new epoch: every follower copies all files again. */
  restart(now: number): FollowPoint {
    const point = { epoch: crypto.randomUUID(), head: this.#lastChange() };
    this.#save({ ...point, renewedAt: now });
    return point;
  }

  /** Forgets what it has in memory. */
  forget(): void {
    this.#row = undefined;
  }

  #read(): FollowedRow | null {
    if (this.#row !== undefined) return this.#row;
    const [row] = this.#sql.exec<FollowedRow>(READ).toArray();
    this.#row = row ? { ...row, head: Math.max(row.head, this.#lastChange()) } : null;
    return this.#row;
  }

  #lastChange(): number {
    return this.#sql.exec<{ head: number }>(LAST_CHANGE).toArray()[0]?.head ?? 0;
  }

  #save(row: FollowedRow): void {
    this.#sql.exec(SAVE, ...FOLLOWED.bind(row));
    this.#row = row;
  }
}
