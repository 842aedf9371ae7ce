import { ChunkIndexer } from "./chunk-indexer.ts";
import { chooseCompaction, REMOVED_MS } from "./compaction.ts";
import type { LoadedShard } from "./loaded-shard.ts";
import { SegmentMerger } from "./segment-merger.ts";
import type { SegmentWriter } from "./segment-writer.ts";
import { STAGED_MS, type StagedFiles } from "./staged-files.ts";
import type { ShardTables } from "./tables/shard-tables.ts";

/**
 * The maintenance of a shard's index that runs outside of calls: indexing chunks that no segment contains, storing
 * codes of vectors, merging segments, erasing removed chunks from posting lists, and deleting incomplete staged files. It runs in slices of about
 * 10 ms, each in one transaction that the caller opens, so that an interruption between two slices loses nothing.
 */
export class ShardUpkeep {
  readonly #tables: ShardTables;
  readonly #staged: StagedFiles;
  readonly #indexer: ChunkIndexer;
  readonly #merger: SegmentMerger;

  constructor(tables: ShardTables, staged: StagedFiles, segments: SegmentWriter) {
    this.#tables = tables;
    this.#staged = staged;
    this.#indexer = new ChunkIndexer(tables, segments);
    this.#merger = new SegmentMerger(tables, segments);
  }

  /**
   * Merges the newest segments if they are small, after a write. Only begins a merge of large ones, of which it does a
   * slice if writes are ahead of the upkeep.
   */
  keepUp(shard: LoadedShard): void {
    this.#merger.mergeNewest(shard);
    if (shard.index.segments.length > this.#tables.limits.segmentsMax) this.#merger.help(shard);
  }

  /** True if `slice` has something to do at this time, in milliseconds since the epoch. */
  isDue(shard: LoadedShard | null, now: number): boolean {
    const due = this.nextDue(shard, now);
    return due !== null && due <= now;
  }

  /**
   * Returns the time at which `slice` next has work, in milliseconds since the epoch; null if never. `shard` is null if
   * it is not loaded: then the number of removed chunks is not checked until the next change.
   */
  nextDue(shard: LoadedShard | null, now: number): number | null {
    if (this.#indexer.isBusy || this.#merger.isBusy || shard?.areCodesDue) return now;
    if (this.#tables.removals.nextDue()) return now;
    const { removedMin } = this.#tables.limits;
    if (shard && chooseCompaction(shard.index, removedMin, null, now).length > 0) return now;
    const staged = this.#tables.staged.oldest();
    const removed = this.#tables.removals.oldest();
    const times = [
      ...(staged === null ? [] : [staged + STAGED_MS]),
      ...(removed === null ? [] : [removed + REMOVED_MS]),
    ];
    return times.length === 0 ? null : Math.max(now, Math.min(...times));
  }

  /** Does the next slice of due work. Returns true if the caller must load the shard again. */
  slice(shard: LoadedShard, now: number): boolean {
    if (this.#indexer.isBusy) {
      this.#indexer.slice(shard);
      this.#merger.mergeNewest(shard);
      return false;
    }
    if (shard.areCodesDue) {
      shard.storeCodes();
      return false;
    }
    if (this.#merger.isBusy) {
      const isMoved = this.#merger.slice(shard);
      if (isMoved) this.#tables.removals.release();
      return isMoved;
    }
    this.#merger.mergeNewest(shard);
    if (this.#merger.isBusy) return false;
    this.#staged.expire(now - STAGED_MS);
    if (this.#sweep(shard)) return false;
    const oldest = this.#tables.removals.oldest();
    const sources = chooseCompaction(shard.index, this.#tables.limits.removedMin, oldest, now);
    if (sources.length > 0) this.#merger.compact(shard, sources);
    else if (oldest !== null && oldest + REMOVED_MS <= now) this.#tables.removals.release();
    return false;
  }

  /** Begins to rebuild the whole index from the chunks, after a part of it was found damaged. */
  rebuild(): void {
    this.#indexer.startAgain(this.#staged);
  }

  /** Forgets its in-memory state, after a transaction has failed. */
  forget(): void {
    this.#merger.forget();
  }

  /**
   * Checks one stored block of up to 4,096 removed chunks: erases the vectors of those that no segment contains any
   * more, and forgets these chunks. Returns false if there is no block to check.
   */
  #sweep({ index, dimensions }: LoadedShard): boolean {
    const { removals, vectors } = this.#tables;
    const removed = removals.nextDue();
    if (!removed) return false;
    const { kept, gone } = index.partition(removed.runs);
    vectors.erase(gone, dimensions);
    removals.keep(removed.block, kept);
    return true;
  }
}
