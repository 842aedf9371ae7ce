import { blob, columns, integer, nullable, type RowOf } from "../../../src/columns.ts";
import {
  type DenseCodes,
  forgetCodes,
  packCodes,
  unpackCodes,
} from "../../../src/retrieval/dense/coded/codes.ts";
import {
  ByteWriter,
  checksum,
  DamagedSegment,
  openSealed,
} from "../../../src/retrieval/segment/bytes.ts";
import type { NumberRun } from "../../../src/retrieval/segment/columns.ts";

/** The columns of the table with the state of a shard's codes. */
export const CODE_STATE = columns("code_state", {
  dimensions: integer(),
  mean: blob(),
  nextKey: integer(),
  checksum: nullable(integer()),
});

const READ_STATE = `SELECT ${CODE_STATE.select()} FROM code_state WHERE dimensions = ?`;
const BEGIN = `INSERT INTO code_state (${CODE_STATE.names}) VALUES (${CODE_STATE.marks})`;
const NEXT_KEY = "SELECT next_key AS nextKey FROM code_state WHERE dimensions = ?";
const FORGET_STATE = "DELETE FROM code_state";
const DROP_ALL = "DELETE FROM code_block";
const ADVANCE = "UPDATE code_state SET next_key = ?2 WHERE dimensions = ?1";
const PUT = "INSERT OR REPLACE INTO code_block (key, bytes) VALUES (?, ?)";
const FIND = "SELECT bytes FROM code_block WHERE key = ?";
const DROP = "DELETE FROM code_block WHERE key = ?";

/**
 * Number of chunks in a block of codes: 70 KB of 512 dimensions. Block `key` has the chunks with numbers from `key ·
 * 1024` on. Numbers that no chunk has, since a long file has reserved them, have no block if it would have no other.
 */
export const CODES_A_BLOCK = 1_024;

/** The mean to which a shard's codes are relative, and the key of the first block whose codes are not stored yet. */
export type CodeState = { readonly mean: Float32Array; readonly nextKey: number };

/** Reads and writes the codes of a search shard's vectors, in blocks of chunks with consecutive numbers. */
export class CodeTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * Reads the state of the codes of vectors with this many dimensions; null if no block is stored. Throws
   * `DamagedSegment` if the mean is not what was written.
   */
  state(dimensions: number): CodeState | null {
    type Row = RowOf<typeof CODE_STATE>;
    const [row] = this.#sql.exec<Row>(READ_STATE, dimensions).toArray();
    if (!row) return null;
    if (row.checksum !== null && row.checksum !== checksum(new Uint8Array(row.mean))) {
      throw new DamagedSegment("The checksum of the mean of the codes is wrong");
    }
    return { mean: new Float32Array(row.mean), nextKey: row.nextKey };
  }

  /** Stores the mean to which all codes of vectors with this many dimensions are relative. */
  begin(dimensions: number, mean: Float32Array): void {
    const { buffer } = mean.slice();
    const state = { mean: buffer, checksum: checksum(new Uint8Array(buffer)) };
    this.#sql.exec(BEGIN, ...CODE_STATE.bind({ dimensions, nextKey: 0, ...state }));
  }

  /** Forgets all codes and their mean, so that they are made again. */
  dropAll(): void {
    this.#sql.exec(FORGET_STATE);
    this.#sql.exec(DROP_ALL);
  }

  /** Adds the block `key`, or replaces one that was missing or damaged. */
  put(key: number, codes: DenseCodes): void {
    const writer = new ByteWriter();
    writer.raw(packCodes(codes));
    this.#sql.exec(PUT, key, writer.seal().buffer);
  }

  /** Advances `CodeState.nextKey`. */
  advance(dimensions: number, nextKey: number): void {
    this.#sql.exec(ADVANCE, dimensions, nextKey);
  }

  /** Reads a block. Throws `DamagedSegment` if it is missing or damaged. */
  read(dimensions: number, key: number): DenseCodes {
    const [row] = this.#sql.exec<{ bytes: ArrayBuffer }>(FIND, key).toArray();
    if (!row) throw new DamagedSegment("A block of codes is missing");
    const codes = unpackCodes(openSealed(new Uint8Array(row.bytes)), dimensions);
    if (codes.count !== CODES_A_BLOCK) throw new DamagedSegment("A block of codes is too short");
    return codes;
  }

  /** Erases the codes of removed chunks. Deletes a damaged block, which is made again when it is read. */
  erase(runs: readonly NumberRun[], dimensions: number): void {
    const [state] = this.#sql.exec<{ nextKey: number }>(NEXT_KEY, dimensions).toArray();
    if (!state) return;
    const places = new Map<number, number[]>();
    for (const { first, count } of runs) {
      for (let number = first; number < first + count; number++) {
        const key = Math.floor(number / CODES_A_BLOCK);
        if (key >= state.nextKey) continue;
        places.set(key, [...(places.get(key) ?? []), number % CODES_A_BLOCK]);
      }
    }
    for (const [key, erased] of places) this.#eraseFrom(key, erased, dimensions);
  }

  #eraseFrom(key: number, erased: readonly number[], dimensions: number): void {
    try {
      this.put(key, forgetCodes(this.read(dimensions, key), erased));
    } catch (error) {
      if (!(error instanceof DamagedSegment)) throw error;
      this.#sql.exec(DROP, key);
    }
  }
}
