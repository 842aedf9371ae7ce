import { giveTurn, sliceByWork } from "../../src/ingest/slices.ts";
import { migrate } from "../../src/kernel/rows/migrate.ts";
import { logger } from "../../src/platform/logger.ts";
import { FIRST_ANALYZER } from "../../src/retrieval/analysis/analyzer.ts";
import kernel from "../../src/retrieval/dense/kernel/kernel.wasm";
import type { ShardStatistics, WriteOutcome } from "../../src/retrieval/search-types.ts";
import { DamagedSegment } from "../../src/retrieval/segment/bytes.ts";
import type { ShardBatch, StagedFile } from "../../src/retrieval/segment/shard-batch.ts";
import type { OutgoingVectors } from "../../src/retrieval/vectorize/outgoing.ts";
import { ShardRebuilding } from "./load-unindexed.ts";
import { LoadedShard } from "./loaded-shard.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { SHARD_MEMORY } from "./shard-memory.ts";
import { ShardOutbox } from "./shard-outbox.ts";
import { ShardUpkeep } from "./shard-upkeep.ts";
import { type FileVersion, ShardWriter } from "./shard-writer.ts";
import { StagedFiles } from "./staged-files.ts";
import { SHARD_MIGRATIONS } from "./tables/migrations.ts";
import { ShardTables } from "./tables/shard-tables.ts";

/** A tombstone must outlive every write that it fences. Queues keep a message for at most 14 days. */
const TOMBSTONE_MS = 30 * 24 * 3_600_000;
/** Chunks that one transaction removes, in 10 to 20 ms. */
const REMOVED_A_TRANSACTION = 1_000;
/** Posting lists that are read from storage at once, in about 15 ms. */
const LISTS_A_TURN = 128;

/**
 * A search shard as its object holds it: its tables, and its memory, which is loaded by the first call that needs it and
 * dropped whenever it may differ from the tables.
 */
export class OpenShard {
  readonly tables: ShardTables;
  readonly outbox: ShardOutbox;
  readonly writer: ShardWriter;
  readonly staged: StagedFiles;
  readonly upkeep: ShardUpkeep;
  readonly storage: DurableObjectStorage;
  readonly #id: string;
  readonly #onDamage: () => void;
  #shard: LoadedShard | null = null;

  /** `onDamage` is called when a part was found damaged, so that the alarm has to make it again. */
  constructor(ctx: DurableObjectState, onDamage: () => void) {
    this.storage = ctx.storage;
    this.#id = ctx.id.toString();
    this.#onDamage = onDamage;
    this.tables = new ShardTables(ctx.storage.sql);
    this.outbox = new ShardOutbox(this.tables);
    const segments = new SegmentWriter(this.tables);
    this.writer = new ShardWriter(this.tables, segments, this.outbox);
    this.staged = new StagedFiles(this.tables, this.writer, segments);
    this.upkeep = new ShardUpkeep(this.tables, this.staged, segments);
  }

  /** Makes the tables of the shard, or brings those of an older build up to date. */
  migrate(): void {
    migrate(this.storage, SHARD_MIGRATIONS);
    if (this.tables.unindexed.read() === null) this.tables.unindexed.dropPostings();
  }

  /** True if upkeep has something to do at the time `now`, in milliseconds since the epoch. */
  isUpkeepDue(now: number): boolean {
    return this.upkeep.isDue(this.#shard, now);
  }

  /** Returns when upkeep or a repair has something to do, in milliseconds since the epoch; null if never. */
  nextDue(now: number): number | null {
    const upkeep = this.upkeep.nextDue(this.#shard, now) ?? Infinity;
    const due = Math.max(now, Math.min(upkeep, this.tables.damage.nextDue() ?? Infinity));
    return due === Infinity ? null : due;
  }

  /** Runs a change in one transaction. Drops the memory if that fails, since it may be ahead of storage. */
  change<Value>(change: (shard: LoadedShard) => Value): Value {
    return this.#guard(() => {
      try {
        return this.storage.transactionSync(() => change(this.loaded()));
      } catch (error) {
        this.forget();
        throw error;
      }
    });
  }

  /** Runs a call that changes nothing. */
  read<Value>(call: (shard: LoadedShard) => Value): Value {
    return this.#guard(() => call(this.loaded()));
  }

  /**
   * Reads posting lists of terms, if many are not in memory, with other calls in between, while `isOpen` returns true. A
   * search for the terms then reads few.
   */
  async loadLists(terms: readonly string[], isOpen: () => boolean): Promise<void> {
    const parts = isOpen() ? this.#sliceTerms(terms) : [];
    for (const part of parts.slice(0, -1)) {
      if (isOpen()) this.read((shard) => shard.loadLists(part));
      await giveTurn();
    }
  }

  /** Cuts files into parts that are each removed in one transaction. */
  sliceRemoval(files: readonly FileVersion[]): FileVersion[][] {
    const countChunks = ({ fileId }: FileVersion) =>
      this.tables.chunks.find(fileId)?.chunkCount ?? 0;
    return sliceByWork(files, countChunks, REMOVED_A_TRANSACTION);
  }

  /** Reads tables in one transaction, which notes what is found damaged. It needs no part of the shard in memory. */
  readTables<Value>(call: (tables: ShardTables) => Value): Value {
    return this.#guard(() => this.storage.transactionSync(() => call(this.tables)));
  }

  /** Stores the documents of a call, and merges the newest segments if they are small. */
  write(shard: LoadedShard, batch: ShardBatch): WriteOutcome[] {
    const outcomes = this.writer.write(shard, batch);
    this.upkeep.keepUp(shard);
    return outcomes;
  }

  /** Puts the staged parts of a file in place of its older version, and merges as `write` does. */
  publish(shard: LoadedShard, file: StagedFile): WriteOutcome["outcome"] {
    const outcome = this.staged.publish(shard, file);
    this.upkeep.keepUp(shard);
    return outcome;
  }

  /** Removes files, and forgets tombstones that fence no write any more. `now` is in milliseconds since the epoch. */
  remove(shard: LoadedShard, files: readonly FileVersion[], now: number): void {
    this.writer.remove(shard, files, now);
    for (const { fileId, version } of files) this.staged.remove(fileId, version);
    this.tables.chunks.forgetTombstones(now - TOMBSTONE_MS);
  }

  /** Reads the numbers from which BM25 scores are computed, and the state that the shard has then for its followers. */
  statistics(shard: LoadedShard, terms: readonly string[]): ShardStatistics {
    const followed = this.tables.followed.point();
    const { version } = shard.analyzer;
    return {
      ...shard.statistics(terms),
      ...(version !== FIRST_ANALYZER.version && { analyzer: version }),
      ...(followed && { followed }),
    };
  }

  /** Reads the vectors of changes for a vector index. */
  readOutgoing(seqs: readonly number[]): OutgoingVectors {
    return this.read(({ dimensions }) => this.outbox.read(seqs, dimensions));
  }

  /** Notes that all chunks leave the vector index, and with `mark` that the shard is erased. */
  leave(mark: () => void): void {
    this.storage.transactionSync(() => {
      this.outbox.leave();
      mark();
    });
  }

  /** Does all upkeep that is due, until `isOpen` returns false: merges, indexing, and erasing of removed chunks. */
  async keepUp(isOpen: () => boolean): Promise<void> {
    // The first slice loads the shard, which counts its removed chunks.
    while (isOpen()) {
      this.slice();
      await giveTurn();
      // An erased shard has no tables to look at.
      if (!isOpen() || !this.isUpkeepDue(Date.now())) break;
    }
  }

  /** Does the next slice of upkeep. */
  slice(): void {
    try {
      const isMoved = this.change((shard) => this.upkeep.slice(shard, Date.now()));
      if (isMoved) this.forget();
    } catch (error) {
      // The next slice begins to make the index again.
      if (!(error instanceof ShardRebuilding)) throw error;
    }
  }

  /** Drops the memory. */
  forget(): void {
    if (this.#shard) SHARD_MEMORY.forget(this.#shard);
    this.#shard = null;
    this.upkeep.forget();
    this.outbox.forget();
    this.tables.followed.forget();
    this.tables.follower.forget();
  }

  /** Returns the memory, which is loaded if it is not there. */
  loaded(): LoadedShard {
    this.#shard ??= new LoadedShard(this.tables, {
      id: this.#id,
      kernel,
      ledger: SHARD_MEMORY,
      outbox: this.outbox,
      onGivenUp: () => this.forget(),
    });
    return this.#shard;
  }

  /** Runs a call. If it meets a part of the index that is damaged, begins to make the index again from the chunks. */
  #guard<Value>(call: () => Value): Value {
    try {
      const value = call();
      if (this.#shard) SHARD_MEMORY.noteUse(this.#shard);
      if (this.tables.damage.takeNew()) this.#reportVectors();
      return value;
    } catch (error) {
      if (!(error instanceof DamagedSegment)) throw error;
      logger.failed("search.segment.damaged", error, { reason: error.message });
      this.forget();
      this.storage.transactionSync(() => this.upkeep.rebuild());
      this.#onDamage();
      throw new ShardRebuilding("A part of the search index is damaged; it is made again");
    }
  }

  /**
   * Cuts the terms of a search into parts of which the posting lists are read at once. A single part if most lists are
   * in memory.
   */
  #sliceTerms(terms: readonly string[]): string[][] {
    return this.read((shard) =>
      sliceByWork(terms, (term) => shard.missingLists(term), LISTS_A_TURN),
    );
  }

  #reportVectors(): void {
    logger.failed("search.vectors.damaged", "The checksum of stored vectors is wrong");
    this.#onDamage();
  }
}

/** Returns the statistics of a shard without content. */
export const countNothing = (terms: readonly string[]): ShardStatistics => ({
  chunkCount: 0,
  totalLength: 0,
  documentCounts: terms.map(() => 0),
});
