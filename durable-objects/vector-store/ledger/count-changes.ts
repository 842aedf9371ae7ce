import type { FileBatchId } from "../../../src/ids.ts";
import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import type { FileStatus } from "../../../src/knowledge/vector-store-types.ts";
import type { BatchChange, FileBatches } from "../tables/file-batches.ts";
import type { VectorStoreTables } from "../tables/store-tables.ts";

/**
 * The pending changes of the counts of file batches and shards that one transaction makes. They are written once, at
 * its end.
 */
export class CountChanges {
  readonly #batches = new Map<FileBatchId, BatchChange>();
  readonly #chunks = new Map<number, Map<SearchShardNumber, number>>();

  /** Adds `change` to the number of files of a batch in a status. */
  countFile(id: FileBatchId, status: FileStatus, change: 1 | -1): void {
    this.#ofBatch(id)[status] += change;
  }

  /** Extends the range of a batch's files by `seq`, the place of a file that was attached for it. */
  placeFile(id: FileBatchId, seq: number): void {
    const batch = this.#ofBatch(id);
    batch.firstSeq = Math.min(batch.firstSeq ?? seq, seq);
    batch.lastSeq = Math.max(batch.lastSeq ?? seq, seq);
  }

  /** Adds `change` to the number of chunks of a shard of a generation. */
  countChunks(generation: number, shard: SearchShardNumber, change: number): void {
    const shards = this.#chunks.get(generation) ?? new Map<SearchShardNumber, number>();
    shards.set(shard, (shards.get(shard) ?? 0) + change);
    this.#chunks.set(generation, shards);
  }

  /** Writes the pending changes to the tables. */
  write(batches: FileBatches, tables: VectorStoreTables): void {
    for (const [id, change] of this.#batches) batches.change(id, change);
    for (const [generation, shards] of this.#chunks) {
      for (const [shard, change] of shards) {
        if (change !== 0) tables.countChunks(generation, shard, change);
      }
    }
  }

  #ofBatch(id: FileBatchId): BatchChange {
    let batch = this.#batches.get(id);
    if (!batch) {
      const none = { in_progress: 0, completed: 0, failed: 0, cancelled: 0 };
      batch = { ...none, firstSeq: null, lastSeq: null };
      this.#batches.set(id, batch);
    }
    return batch;
  }
}
