import createBlocks from "../../migrations/embedding-cache/0001_blocks.sql";
import { blob, columns, integer, type RowOf, text, withBound } from "../../src/columns.ts";
import type { Migration } from "../../src/kernel/rows/migrate.ts";
import type { VectorForm } from "../../src/retrieval/embedding-cache/cache-client.ts";

/** The SQL migrations of an embedding cache object. */
export const CACHE_MIGRATIONS: readonly Migration[] = [{ id: "0001_blocks", sql: createBlocks }];

/** Maximum bytes of the keys or the vectors of a block, also of one with a single vector of a large model. */
const BLOB_BYTES_MAX = 900_000;

/** The columns of the table of blocks. */
export const CACHE_BLOCK = columns("block", {
  id: integer(),
  model: text(),
  form: text<VectorForm>(),
  vectorBytes: integer(),
  usedAt: integer(),
  keys: withBound(blob(), BLOB_BYTES_MAX),
  vectors: withBound(blob(), BLOB_BYTES_MAX),
});
/** A block as it is stored: the vectors of some texts, and their keys in the same order. */
export type BlockRow = RowOf<typeof CACHE_BLOCK>;
/** A block without its vectors. */
export type BlockHead = Omit<BlockRow, "vectors">;

/** The columns of the table that counts hits and misses. Its one row has the key `singleton`. */
export const TALLY = columns("tally", { hits: integer(), misses: integer(), since: integer() }, [
  "singleton",
]);
/** The hits and misses of the cache, in texts, since `since` in milliseconds since the epoch. */
export type Tally = RowOf<typeof TALLY>;

const LIST = `SELECT ${CACHE_BLOCK.omit("vectors").select()} FROM block ORDER BY used_at, id`;
const FIND = "SELECT vectors FROM block WHERE id = ?";
const SAVE = `INSERT OR REPLACE INTO block (${CACHE_BLOCK.names}) VALUES (${CACHE_BLOCK.marks})`;
const TOUCH = "UPDATE block SET used_at = ?2 WHERE id = ?1";
const DROP = "DELETE FROM block WHERE id = ?";
const READ_TALLY = `SELECT ${TALLY.select()} FROM tally`;
const SAVE_TALLY = `INSERT OR REPLACE INTO tally (${TALLY.names}, singleton) VALUES (${TALLY.marks}, 1)`;

/** Reads and writes the tables of an embedding cache. It makes no decisions. */
export class CacheTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Lists all blocks without their vectors, those first that were not used for the longest time. */
  list(): BlockHead[] {
    return this.#sql.exec<BlockHead>(LIST).toArray();
  }

  /** Reads the vectors of a block; empty if there is no such block. */
  vectors(id: number): Uint8Array {
    const [row] = this.#sql.exec<{ vectors: ArrayBuffer }>(FIND, id).toArray();
    return new Uint8Array(row?.vectors ?? new ArrayBuffer(0));
  }

  /** Writes a block, or replaces the one with its id. */
  save(row: BlockRow): void {
    this.#sql.exec(SAVE, ...CACHE_BLOCK.bind(row));
  }

  /** Writes the time of the last use of a block. */
  touch(id: number, usedAt: number): void {
    this.#sql.exec(TOUCH, id, usedAt);
  }

  /** Deletes a block. */
  drop(id: number): void {
    this.#sql.exec(DROP, id);
  }

  /** Reads the counts of hits and misses; null before they were first saved. */
  tally(): Tally | null {
    return this.#sql.exec<Tally>(READ_TALLY).toArray()[0] ?? null;
  }

  /** Saves the counts of hits and misses. */
  saveTally(tally: Tally): void {
    this.#sql.exec(SAVE_TALLY, ...TALLY.bind(tally));
  }
}
