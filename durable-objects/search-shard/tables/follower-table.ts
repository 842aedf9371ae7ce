import { columns, flag, integer, nullable, type RowOf, text } from "../../../src/columns.ts";
import type { ProjectId, VectorStoreId } from "../../../src/ids.ts";
import type { Region } from "../../../src/knowledge/scope.ts";
import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import type { FollowSource } from "../../../src/retrieval/followers/follower-client.ts";

/** The columns of the table of a follower, which has one row in a follower and none in a shard. */
export const FOLLOWER = columns(
  "follower",
  {
    projectId: text<ProjectId>(),
    region: text<Region>(),
    storeId: text<VectorStoreId>(),
    generation: integer(),
    shard: integer<SearchShardNumber>(),
    number: integer(),
    epoch: nullable(text()),
    copiedTo: nullable(text()),
    changedTo: integer(),
    head: nullable(integer()),
    contentVersion: nullable(integer()),
    toldVersion: nullable(integer()),
    isTold: flag(),
    toldAt: integer(),
  },
  ["singleton"],
);
/** The shard that a follower copies, and how far it came. */
export type FollowerRow = RowOf<typeof FOLLOWER>;

const READ = `SELECT ${FOLLOWER.select()} FROM follower`;
const SAVE = `INSERT OR REPLACE INTO follower (${FOLLOWER.names}, singleton)
  VALUES (${FOLLOWER.marks}, 1)`;
/** Deletes the rows of all other tables. */
const CLEAR = [
  "DELETE FROM file",
  "DELETE FROM chunk",
  "DELETE FROM segment",
  "DELETE FROM segment_part",
  "DELETE FROM staged_part",
  "DELETE FROM vector_block",
  "DELETE FROM removal",
  "DELETE FROM merge",
  "DELETE FROM unindexed",
  "DELETE FROM code_block",
  "DELETE FROM code_state",
  "DELETE FROM damaged_file",
  "DELETE FROM placement",
  "DELETE FROM outgoing",
  "DELETE FROM followed",
  "DELETE FROM analyzer",
];

/** Reads and writes the state of a follower. Callers open transactions, and call `forget` if one fails. */
export class FollowerTable {
  readonly #sql: SqlStorage;
  /** Read once from storage. */
  #row: FollowerRow | null | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads the state of the follower; null in a shard that is none. */
  read(): FollowerRow | null {
    this.#row =
      this.#row === undefined
        ? (this.#sql.exec<FollowerRow>(READ).toArray()[0] ?? null)
        : this.#row;
    return this.#row;
  }

  /** Writes the state of the follower. */
  save(row: FollowerRow): void {
    this.#sql.exec(SAVE, ...FOLLOWER.bind(row));
    this.#row = row;
  }

  /** Deletes the rows of all other tables. */
  clearOthers(): void {
    for (const statement of CLEAR) this.#sql.exec(statement);
  }

  /** Forgets what it has in memory. */
  forget(): void {
    this.#row = undefined;
  }
}

/** Makes the row of a follower that has nothing yet. */
export function newFollowerRow({ scope, ...names }: FollowSource): FollowerRow {
  const nothing = { epoch: null, copiedTo: "", changedTo: 0, head: null };
  const untold = { contentVersion: null, toldVersion: null, isTold: 0, toldAt: 0 } as const;
  return { ...scope, ...names, ...nothing, ...untold };
}
