import type { RowOf } from "../../../src/columns.ts";
import { CHUNK } from "./chunk-tables.ts";

const STORED = CHUNK.omit("fileId", "vector", "vectorChecksum");
const READ = `SELECT ${STORED.select()} FROM chunk WHERE number >= ? AND number < ? ORDER BY number`;

/** A chunk as it was written, with its number in the shard and without its vector. */
type StoredChunk = RowOf<typeof STORED>;

/** Reads chunks as they were written to a search shard. It makes no decisions. */
export class StoredChunkTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads the chunks with numbers from `first` to below `end`, one by one, in order. */
  read(first: number, end: number): Iterable<StoredChunk> {
    return this.#sql.exec<StoredChunk>(READ, first, end);
  }
}
