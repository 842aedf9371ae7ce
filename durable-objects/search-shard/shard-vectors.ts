import type { DenseScan, ReadRows } from "../../src/retrieval/dense/dense-scan.ts";
import { PlainScan } from "../../src/retrieval/dense/plain-scan.ts";
import { type NumberRun, sliceRuns } from "../../src/retrieval/segment/columns.ts";
import type { ShardIndex } from "../../src/retrieval/shard/shard-index.ts";
import type { ShardTables } from "./tables/shard-tables.ts";

/** Vectors that are read from storage at once: 2 MB of 512 dimensions. */
const READ_AT_ONCE = 4_096;

/** A scan of all rows, to which the rows of new chunks are appended. */
type RowScan = DenseScan & { append(rows: Int8Array): void };

/** A loaded shard, as far as its vectors need it. */
type ShardState = {
  readonly index: ShardIndex;
  readonly dimensions: number;
  readonly indexedUntil: number;
};

/**
 * The vectors of a shard: the scan in memory, which is loaded by the first search that needs it, and the rows in storage,
 * by positions. Which tier the scan is (`DenseScan`) is decided here alone.
 */
export class ShardVectors {
  readonly #tables: ShardTables;
  readonly #shard: ShardState;
  #scan: RowScan | null = null;

  constructor(tables: ShardTables, shard: ShardState) {
    this.#tables = tables;
    this.#shard = shard;
  }

  /** Returns the scan of all positions of the shard; null if no chunk has a vector. */
  load(): DenseScan | null {
    const { dimensions, index } = this.#shard;
    if (this.#scan || dimensions === 0) return this.#scan;
    const scan = new PlainScan(dimensions);
    for (const segment of index.segments) {
      for (let from = 0; from < segment.count; from += READ_AT_ONCE) {
        const until = Math.min(segment.count, from + READ_AT_ONCE);
        for (const run of sliceRuns(segment.runs, from, until)) scan.append(this.#read(run));
      }
    }
    this.#scan = scan;
    return scan;
  }

  /** Appends the rows of chunks that are in storage, at the next positions. */
  append(runs: readonly NumberRun[]): void {
    if (!this.#scan) return;
    for (const run of runs) this.#scan.append(this.#read(run));
  }

  /** Reads the rows of some positions from storage: for a tier that does not hold them in memory. */
  readonly readRows: ReadRows = (positions) => {
    const { dimensions, index } = this.#shard;
    const numbers = Array.from(positions, (position) => index.numberAt(position));
    const rows = this.#tables.vectors.readSome(numbers, dimensions);
    for (const [at, number] of numbers.entries()) {
      if (!this.#hasOwnRow(number)) continue;
      this.#addOwn({ first: number, count: 1 }, rows.subarray(at * dimensions));
    }
    return rows;
  };

  /** Appends rows, one after the other, at the next positions. */
  appendRows(rows: Int8Array): void {
    this.#scan?.append(rows);
  }

  /** Reads the rows of chunks with consecutive numbers, one after the other. */
  #read(run: NumberRun): Int8Array {
    const rows = this.#tables.vectors.read(run, this.#shard.dimensions);
    if (this.#hasOwnRow(run.first + run.count - 1)) this.#addOwn(run, rows);
    return rows;
  }

  /** Copies the vectors that chunks have in their own rows into `rows`, which begin with the first chunk of the run. */
  #addOwn(run: NumberRun, rows: Int8Array): void {
    const { dimensions } = this.#shard;
    for (const [number, vector] of this.#tables.vectors.readOwn(run)) {
      if (vector.length === dimensions) rows.set(vector, (number - run.first) * dimensions);
    }
  }

  /** True if a chunk is in no segment of the storage, so that its vector may be in its own row. */
  #hasOwnRow(number: number): boolean {
    const unindexed = this.#tables.unindexed.read();
    return number >= (unindexed?.nextNumber ?? this.#shard.indexedUntil);
  }
}
