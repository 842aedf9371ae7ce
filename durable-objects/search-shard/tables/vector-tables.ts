import { checksum } from "../../../src/retrieval/segment/bytes.ts";
import type { NumberRun } from "../../../src/retrieval/segment/columns.ts";
import { CodeTables } from "./code-tables.ts";
import type { DamageTables } from "./damage-tables.ts";

const PUT = "INSERT OR REPLACE INTO vector_block (key, bytes, checksum) VALUES (?, ?, ?)";
const FIND = `SELECT key, bytes, checksum FROM vector_block WHERE key >= ? AND key <= ?
  ORDER BY key`;
const FIND_SOME = `SELECT key, bytes, checksum FROM vector_block
  WHERE key IN (SELECT value FROM json_each(?))`;
const DROP = "DELETE FROM vector_block WHERE key = ?";
const DROP_OWN = `UPDATE chunk SET vector = x'', vector_checksum = NULL
  WHERE number >= ? AND number < ? AND length(vector) > 0`;
const OWN_VECTORS = `SELECT number AS key, vector AS bytes, vector_checksum AS checksum FROM chunk
  WHERE number >= ? AND number < ?`;
const OWN_LENGTH = `SELECT coalesce(max(length(vector)), 0) AS dimensions FROM chunk
  WHERE number >= ?`;

/** Stored vectors. `checksum` is null if a build before checksums has written them. */
type Block = {
  readonly key: number;
  readonly bytes: ArrayBuffer;
  readonly checksum: number | null;
};

/** Maximum size of a block of vectors in bytes, so that its row in SQLite fits one page. */
const BLOCK_BYTES_MAX = 3_900;

/** Returns the number of vectors in one block: 10 of 384 dimensions, 7 of 512, 3 of 1,024. */
const rowsPerBlock = (dimensions: number): number =>
  Math.max(1, Math.floor(BLOCK_BYTES_MAX / dimensions));

/**
 * Reads and writes the quantized vectors (int8) of a search shard, by the numbers of their chunks. Newer vectors are in
 * blocks; those of the tail and of old builds are in the rows of their chunks. Vectors whose checksum is wrong are never
 * returned: they are deleted, so that they are zeros from then on, and their files are noted as damaged.
 */
export class VectorTables {
  readonly codes: CodeTables;
  readonly #sql: SqlStorage;
  readonly #damage: DamageTables;

  constructor(sql: SqlStorage, damage: DamageTables) {
    this.codes = new CodeTables(sql);
    this.#sql = sql;
    this.#damage = damage;
  }

  #writeBlocks(first: number, vectors: Int8Array, dimensions: number): void {
    const rows = rowsPerBlock(dimensions);
    for (let from = 0; from * dimensions < vectors.length; from += rows) {
      const block = vectors.slice(from * dimensions, (from + rows) * dimensions);
      this.#put((first + from) / rows, block);
    }
  }

  #put(key: number, block: Int8Array<ArrayBuffer>): void {
    this.#sql.exec(PUT, key, block.buffer, checksum(new Uint8Array(block.buffer)));
  }

  /** Writes the vectors of chunks with consecutive numbers to blocks, and keeps the other vectors of these blocks. */
  write({ first, count }: NumberRun, vectors: Int8Array, dimensions: number): void {
    const rows = rowsPerBlock(dimensions);
    const start = Math.floor(first / rows) * rows;
    const end = Math.ceil((first + count) / rows) * rows;
    const whole = this.read({ first: start, count: end - start }, dimensions);
    whole.set(vectors, (first - start) * dimensions);
    this.#writeBlocks(start, whole, dimensions);
  }

  /**
   * Reads the vectors of chunks with consecutive numbers from blocks, one after the other. A vector that is not stored
   * is all zeros.
   */
  read({ first, count }: NumberRun, dimensions: number): Int8Array<ArrayBuffer> {
    const vectors = new Int8Array(count * dimensions);
    if (dimensions === 0 || count === 0) return vectors;
    const rows = rowsPerBlock(dimensions);
    const last = first + count - 1;
    const keys = [Math.floor(first / rows), Math.floor(last / rows)];
    for (const [key, block] of this.#open(this.#sql.exec<Block>(FIND, ...keys), rows)) {
      const from = key * rows - first;
      const start = Math.max(0, -from) * dimensions;
      const end = Math.min(block.length, (count - from) * dimensions);
      vectors.set(block.subarray(start, end), from * dimensions + start);
    }
    return vectors;
  }

  /**
   * Reads the vectors of the chunks `numbers` from blocks, in this order, one after the other. A vector that is not
   * stored is all zeros.
   */
  readSome(numbers: readonly number[], dimensions: number): Int8Array<ArrayBuffer> {
    const rows = rowsPerBlock(dimensions);
    const keys = new Set(numbers.map((number) => Math.floor(number / rows)));
    const found = this.#sql.exec<Block>(FIND_SOME, JSON.stringify([...keys]));
    const blocks = new Map(this.#open(found, rows));
    const vectors = new Int8Array(numbers.length * dimensions);
    for (const [at, number] of numbers.entries()) {
      const from = (number % rows) * dimensions;
      const row = blocks.get(Math.floor(number / rows))?.subarray(from, from + dimensions);
      if (row) vectors.set(row, at * dimensions);
    }
    return vectors;
  }

  /**
   * Erases the vectors and codes of removed chunks: overwrites their parts of blocks with zeros, and deletes blocks
   * without other vectors.
   */
  erase(runs: readonly NumberRun[], dimensions: number): void {
    if (dimensions === 0) return;
    this.codes.erase(runs, dimensions);
    const rows = rowsPerBlock(dimensions);
    const places = new Map<number, number[]>();
    for (const { first, count } of runs) {
      for (let number = first; number < first + count; number++) {
        const key = Math.floor(number / rows);
        places.set(key, [...(places.get(key) ?? []), number % rows]);
      }
    }
    for (const [key, erased] of places) {
      if (erased.length === rows) this.#sql.exec(DROP, key);
      else this.#clear(key, erased, dimensions);
    }
  }

  #clear(key: number, places: readonly number[], dimensions: number): void {
    const found = this.#sql.exec<Block>(FIND, key, key);
    for (const [, block] of this.#open(found.toArray(), rowsPerBlock(dimensions))) {
      for (const place of places) block.fill(0, place * dimensions, (place + 1) * dimensions);
      if (block.some((value) => value !== 0)) this.#put(key, block);
      else this.#sql.exec(DROP, key);
    }
  }

  /**
   * Reads the vectors that are stored in the rows of chunks, by chunk number: those of the tail, and of builds before
   * segments.
   */
  readOwn({ first, count }: NumberRun): Map<number, Int8Array> {
    const found = this.#sql.exec<Block>(OWN_VECTORS, first, first + count);
    const damaged: number[] = [];
    const vectors = new Map<number, Int8Array>();
    for (const row of found) {
      if (isDamaged(row)) damaged.push(row.key);
      else vectors.set(row.key, new Int8Array(row.bytes));
    }
    for (const number of damaged) {
      this.#damage.note({ first: number, count: 1 });
      this.dropOwn({ first: number, count: 1 });
    }
    return vectors;
  }

  /** Reads the vectors of chunks with consecutive numbers, wherever they are, one after the other. */
  readWithOwn(run: NumberRun, dimensions: number): Int8Array {
    const rows = this.read(run, dimensions);
    for (const [number, vector] of this.readOwn(run)) {
      if (vector.length === dimensions) rows.set(vector, (number - run.first) * dimensions);
    }
    return rows;
  }

  /**
   * Returns the number of dimensions of the vectors in the rows of chunks with numbers from `first` on; 0 if there are
   * none.
   */
  ownDimensions(first: number): number {
    return this.#sql.exec<{ dimensions: number }>(OWN_LENGTH, first).one().dimensions;
  }

  /** Deletes the vectors from the rows of chunks. */
  dropOwn({ first, count }: NumberRun): void {
    this.#sql.exec(DROP_OWN, first, first + count);
  }

  /** Yields the vectors of each block, by its key. Blocks that are damaged are deleted, and not yielded. */
  *#open(found: Iterable<Block>, rows: number): Generator<[number, Int8Array<ArrayBuffer>]> {
    const damaged: number[] = [];
    for (const block of found) {
      if (isDamaged(block)) damaged.push(block.key);
      else yield [block.key, new Int8Array(block.bytes)];
    }
    for (const key of damaged) {
      this.#damage.note({ first: key * rows, count: rows });
      this.#sql.exec(DROP, key);
    }
  }
}

const isDamaged = ({ bytes, checksum: stored }: Block): boolean =>
  stored !== null && stored !== checksum(new Uint8Array(bytes));
