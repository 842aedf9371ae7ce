import { CodedScan } from "../../src/retrieval/dense/coded/coded-scan.ts";
import {
  chooseDenseTier,
  CODED_FROM,
  type DenseScan,
  type NearestPositions,
  type ReadRows,
} from "../../src/retrieval/dense/dense-scan.ts";
import { ExactScan } from "../../src/retrieval/dense/exact-scan.ts";
import { type NumberRun, sliceRuns } from "../../src/retrieval/segment/columns.ts";
import type { ShardIndex } from "../../src/retrieval/shard/shard-index.ts";
import type { NearestChunks } from "../../src/retrieval/vectorize/nearest-chunks.ts";
import { ShardCodes } from "./shard-codes.ts";
import type { ShardOutbox } from "./shard-outbox.ts";
import { ShardOverlay } from "./shard-overlay.ts";
import type { ShardTables } from "./tables/shard-tables.ts";

/** Vectors that are read from storage at once: 2 MB of 512 dimensions. */
const READ_AT_ONCE = 4_096;

/** The vectors in memory, in one of the tiers. */
type Held =
  | { readonly tier: "exact"; readonly scan: ExactScan }
  | { readonly tier: "coded"; readonly scan: CodedScan };

/** The parts of a shard's object that its vectors use. */
type VectorsHost = { readonly kernel: WebAssembly.Module; readonly outbox: ShardOutbox };

/** A loaded shard, as far as its vectors need it. */
type ShardState = {
  readonly index: ShardIndex;
  readonly dimensions: number;
  readonly indexedUntil: number;
  readonly nextNumber: number;
  /** The bytes that the shard may hold in memory, and those that it holds. */
  readonly roomBytes: number;
  readonly heldBytes: number;
};

/**
 * The vectors of a shard: the scan in memory, which is loaded by the first search that needs it, and the rows in storage,
 * by positions. Which tier the scan is (`DenseScan`) is decided here alone.
 */
export class ShardVectors {
  readonly #tables: ShardTables;
  readonly #shard: ShardState;
  readonly #kernel: WebAssembly.Module;
  readonly #overlay: ShardOverlay;
  #held: Held | null = null;
  #codes: ShardCodes | null = null;

  constructor(tables: ShardTables, shard: ShardState, { kernel, outbox }: VectorsHost) {
    this.#tables = tables;
    this.#shard = shard;
    this.#kernel = kernel;
    this.#overlay = new ShardOverlay(shard, outbox, {
      kernel,
      readRows: (positions) => this.readRows(positions),
      readRun: (run) => this.#read(run),
    });
  }

  /** Bytes of the vectors in memory. */
  get bytes(): number {
    return (this.#held?.scan.bytes ?? 0) + this.#overlay.bytes;
  }

  /** Tests whether what a vector index has found, and what the shard has in memory beside it, is all there is. */
  serves(nearest: NearestChunks | null): nearest is NearestChunks {
    return nearest !== null && this.#shard.dimensions > 0 && this.#overlay.serves(nearest);
  }

  /** True if the vectors are in memory, so that a scan needs no load. */
  get isHeld(): boolean {
    return this.#held !== null;
  }

  /**
   * Returns the scan of all positions of the shard; null if no chunk has a vector. With what a vector index has found,
   * that of the indexed tier, unless all rows are in memory already.
   */
  load(nearest: NearestPositions | null): DenseScan | null {
    if (this.#shard.dimensions === 0) return null;
    if (nearest && this.#held?.tier !== "exact") return this.#overlay.load();
    const tier = this.#chooseTier();
    if (this.#held?.tier === tier) return this.#held.scan;
    // Before the other is made, since there may be no room for both.
    this.#held = null;
    const held = this.#make(tier);
    for (const segment of this.#shard.index.segments) {
      for (let from = 0; from < segment.count; from += READ_AT_ONCE) {
        const until = Math.min(segment.count, from + READ_AT_ONCE);
        for (const run of sliceRuns(segment.runs, from, until)) this.#load(held, run);
      }
    }
    this.#held = held;
    return held.scan;
  }

  /** Appends the rows of chunks that are in storage, at the next positions. */
  append(runs: readonly NumberRun[]): void {
    if (!this.#held) return;
    for (const run of runs) this.#load(this.#held, run);
  }

  /** Reads the rows of some positions from storage, for the tier that does not hold them in memory. */
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
    if (this.#held?.tier === "exact") this.#held.scan.append(rows);
    else this.#held?.scan.append(this.#openCodes().encode(rows));
  }

  /** True if the codes of a complete block of chunks are not stored yet. */
  get areCodesDue(): boolean {
    const { dimensions, index } = this.#shard;
    if (dimensions === 0 || index.count < CODED_FROM) return false;
    const codes = this.#openCodes();
    // The second test reads the database.
    return codes.isDue(this.#shard.nextNumber) && codes.isDue(this.#settledUntil());
  }

  /** Stores the codes of the next complete block of chunks. The caller opens a transaction. */
  storeCodes(): void {
    const codes = this.#openCodes();
    codes.storeNext(this.#shard.index.numberFrom(codes.storedUntil), this.#settledUntil());
  }

  /** Drops the rows in memory, if the shard holds them. The next search loads codes, unless there is room again. */
  dropRows(): void {
    this.#overlay.drop();
    if (this.#held?.tier === "exact") this.#held = null;
  }

  /** A tier that is loaded stays, until rows are too many for the exact one. */
  #chooseTier(): Held["tier"] {
    const { index, dimensions } = this.#shard;
    const fitting = chooseDenseTier(index.count, dimensions);
    if (fitting === "coded") return "coded";
    if (this.#held) return this.#held.tier;
    if (index.count < CODED_FROM) return "exact";
    const needed = this.#shard.heldBytes + index.count * dimensions;
    return needed <= this.#shard.roomBytes ? "exact" : "coded";
  }

  #make(tier: Held["tier"]): Held {
    const { dimensions } = this.#shard;
    if (tier === "exact") return { tier, scan: new ExactScan(this.#kernel, dimensions) };
    const { mean } = this.#openCodes();
    return { tier, scan: new CodedScan(this.#kernel, dimensions, mean, this.readRows) };
  }

  /** Appends the vectors of chunks with consecutive numbers, from storage. */
  #load({ tier, scan }: Held, run: NumberRun): void {
    if (tier === "exact") scan.append(this.#read(run));
    else for (const codes of this.#openCodes().read(run)) scan.append(codes);
  }

  #openCodes(): ShardCodes {
    const { dimensions } = this.#shard;
    this.#codes ??= new ShardCodes(this.#tables.vectors.codes, {
      kernel: this.#kernel,
      dimensions,
      readRows: (run) => this.#read(run),
      readSample: () => this.#readFirst(CODED_FROM),
    });
    return this.#codes;
  }

  /** The first number whose chunk may still arrive: of a long file that is not complete, or of the next write. */
  #settledUntil(): number {
    return Math.min(this.#shard.nextNumber, this.#tables.staged.firstNumber() ?? Infinity);
  }

  /** Reads the rows of the first `count` chunks, by positions. */
  #readFirst(count: number): Int8Array {
    const { index, dimensions } = this.#shard;
    const rows = new Int8Array(Math.min(count, index.count) * dimensions);
    for (const segment of index.segments) {
      let at = segment.base;
      for (const run of sliceRuns(segment.runs, 0, count - at)) {
        rows.set(this.#read(run), at * dimensions);
        at += run.count;
      }
    }
    return rows;
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
