import type { ReadRows } from "../../src/retrieval/dense/dense-scan.ts";
import { IndexedScan } from "../../src/retrieval/dense/indexed-scan.ts";
import type { NumberRun } from "../../src/retrieval/segment/columns.ts";
import { placeRuns } from "../../src/retrieval/shard/run-places.ts";
import type { ShardIndex } from "../../src/retrieval/shard/shard-index.ts";
import type { NearestChunks } from "../../src/retrieval/vectorize/nearest-chunks.ts";
import type { ShardOutbox } from "./shard-outbox.ts";

/** Bytes of rows in the overlay above which a shard searches its vectors itself: 31,000 chunks of 512 dimensions. */
const OVERLAY_BYTES_MAX = 16_000_000;

/** A shard, as far as its overlay needs it. */
type OverlaidShard = { readonly index: ShardIndex; readonly dimensions: number };

/** The readers of a shard's rows in storage. */
type RowReaders = {
  readonly kernel: WebAssembly.Module;
  readonly readRows: ReadRows;
  readonly readRun: (run: NumberRun) => Int8Array;
};

/** The scan of a shard whose vectors are in a vector index, with the rows that the index does not have yet. */
export class ShardOverlay {
  readonly #shard: OverlaidShard;
  readonly #outbox: ShardOutbox;
  readonly #readers: RowReaders;
  #scan: IndexedScan | null = null;
  /** The changes whose chunks are in the scan: up to this number. */
  #readTo = 0;

  constructor(shard: OverlaidShard, outbox: ShardOutbox, readers: RowReaders) {
    this.#shard = shard;
    this.#outbox = outbox;
    this.#readers = readers;
  }

  /** Bytes of the rows in memory. */
  get bytes(): number {
    return this.#scan?.bytes ?? 0;
  }

  /**
   * Tests whether the shard's vectors are in the index that was asked, all but a few that fit in memory, and with the
   * metadata by which it was asked to filter.
   */
  serves({ index, filterKeys }: Pick<NearestChunks, "index" | "filterKeys">): boolean {
    if (this.#outbox.index !== index) return false;
    const own = this.#outbox.filterKeys;
    if (filterKeys !== null && !(own && isSameList(own, filterKeys))) return false;
    const count = this.#outbox.overlay().reduce((sum, run) => sum + run.count, 0);
    return count * this.#shard.dimensions <= OVERLAY_BYTES_MAX;
  }

  /** Returns the scan, with the rows of all chunks that the index does not have. */
  load(): IndexedScan {
    const { index, dimensions } = this.#shard;
    const waiting = this.#outbox.overlay();
    const count = waiting.reduce((sum, run) => sum + run.count, 0);
    // Rows that the index has by now do no harm; they are dropped when they are many.
    if (this.#scan && this.#scan.overlaid > 2 * count + 1_024) this.drop();
    this.#scan ??= new IndexedScan(this.#readers.kernel, dimensions, index, this.#readers.readRows);
    for (const run of waiting) {
      if (run.seq <= this.#readTo) continue;
      this.#add(this.#scan, run);
      this.#readTo = run.seq;
    }
    return this.#scan;
  }

  /** Drops the rows in memory. */
  drop(): void {
    this.#scan = null;
    this.#readTo = 0;
  }

  #add(scan: IndexedScan, run: NumberRun): void {
    for (const { base, runs } of this.#shard.index.segments) {
      for (const { slot, ...part } of placeRuns(runs).find(run)) {
        scan.overlay(base + slot, this.#readers.readRun(part));
      }
    }
  }
}

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at]);
