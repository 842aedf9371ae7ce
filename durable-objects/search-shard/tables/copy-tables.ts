import type { RowOf } from "../../../src/columns.ts";
import type { ShardChunk } from "../../../src/retrieval/search-types.ts";
import type { NumberRun } from "../../../src/retrieval/segment/columns.ts";
import { CHUNK, FILE } from "./chunk-tables.ts";

const COPIED_FILE = FILE.omit("ordinal");
const COPIED_CHUNK = CHUNK.omit("number", "fileId", "vector", "vectorChecksum");

const FILES_AFTER = `SELECT ${COPIED_FILE.select()} FROM file
  WHERE file_id > ? AND removed_at IS NULL ORDER BY file_id LIMIT ?`;
const CHANGED_AFTER = `SELECT ${COPIED_FILE.select()} FROM file
  WHERE changed > ? ORDER BY changed LIMIT ?`;
const CHUNKS = `SELECT ${COPIED_CHUNK.select()} FROM chunk
  WHERE number >= ? AND number < ? ORDER BY number`;

/** The row of a file with its changes, as followers copy it. */
export type CopiedFile = RowOf<typeof COPIED_FILE>;

/** Reads the files and chunks of a search shard for its followers. */
export class CopyTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Lists at most `limit` files with an id greater than `after`, without tombstones, ordered by id. */
  filesAfter(after: string, limit: number): CopiedFile[] {
    return this.#sql.exec<CopiedFile>(FILES_AFTER, after, limit).toArray();
  }

  /** Lists at most `limit` files whose last change has a greater number than `after`, in the order of the changes. */
  changedAfter(after: number, limit: number): CopiedFile[] {
    return this.#sql.exec<CopiedFile>(CHANGED_AFTER, after, limit).toArray();
  }

  /** Reads the chunks with the numbers of a run, in order. */
  chunks({ first, count }: NumberRun): ShardChunk[] {
    const rows = this.#sql.exec<RowOf<typeof COPIED_CHUNK>>(CHUNKS, first, first + count);
    return [...rows].map(({ chunkId: id, ...chunk }) => ({ id, ...chunk }));
  }
}
