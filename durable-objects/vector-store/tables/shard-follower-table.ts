import { columns, integer, nullable, type RowOf, text } from "../../../src/columns.ts";
import type { FollowerNumber, SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import type { FollowerState } from "../../../src/knowledge/store-index.ts";

/** The columns of the table of followers of a store's search shards. */
export const SHARD_FOLLOWER = columns("shard_follower", {
  generation: integer(),
  shard: integer<SearchShardNumber>(),
  number: integer<FollowerNumber>(),
  state: text<FollowerState>(),
  calledAt: integer(),
  heardAt: integer(),
  contentVersion: nullable(integer()),
});
/** A follower of a search shard. Times are in milliseconds since the epoch. */
export type ShardFollowerRow = RowOf<typeof SHARD_FOLLOWER>;

const LIST = `SELECT ${SHARD_FOLLOWER.select()} FROM shard_follower
  ORDER BY generation, shard, number`;
const SAVE = `INSERT OR REPLACE INTO shard_follower (${SHARD_FOLLOWER.names})
  VALUES (${SHARD_FOLLOWER.marks})`;
const FORGET = "DELETE FROM shard_follower WHERE generation = ?";
const DROP = "DELETE FROM shard_follower WHERE generation = ? AND shard = ? AND number = ?";

/** Reads and writes the followers of a store's search shards, of which there are few. It makes no decisions. */
export class ShardFollowerTable {
  readonly #sql: SqlStorage;
  /** True if there are none, as in most stores: the alarm and each plan ask. */
  #isEmpty = false;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Lists all followers, ordered by generation, shard and number. */
  list(): ShardFollowerRow[] {
    if (this.#isEmpty) return [];
    const rows = this.#sql.exec<ShardFollowerRow>(LIST).toArray();
    this.#isEmpty = rows.length === 0;
    return rows;
  }

  /** Lists the followers of a generation that answer searches. */
  ready(generation: number): ShardFollowerRow[] {
    return this.list().filter((one) => one.generation === generation && one.state === "ready");
  }

  /** Writes a follower. */
  save(row: ShardFollowerRow): void {
    this.#isEmpty = false;
    this.#sql.exec(SAVE, ...SHARD_FOLLOWER.bind(row));
  }

  /** Deletes the row of a follower. */
  drop({ generation, shard, number }: ShardFollowerRow): void {
    this.#sql.exec(DROP, generation, shard, number);
  }

  /** Deletes the rows of the followers of a generation that is erased. */
  forget(generation: number): void {
    this.#sql.exec(FORGET, generation);
  }
}
