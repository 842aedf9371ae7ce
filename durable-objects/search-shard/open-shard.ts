import { sliceByWork } from "../../src/ingest/slices.ts";
import { logger } from "../../src/platform/logger.ts";
import kernel from "../../src/retrieval/dense/kernel/kernel.wasm";
import { DamagedSegment } from "../../src/retrieval/segment/bytes.ts";
import { ShardRebuilding } from "./load-unindexed.ts";
import { LoadedShard } from "./loaded-shard.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { SHARD_MEMORY } from "./shard-memory.ts";
import { ShardOutbox } from "./shard-outbox.ts";
import { ShardUpkeep } from "./shard-upkeep.ts";
import { type FileVersion, ShardWriter } from "./shard-writer.ts";
import { StagedFiles } from "./staged-files.ts";
import { ShardTables } from "./tables/shard-tables.ts";

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
  readonly #storage: DurableObjectStorage;
  readonly #id: string;
  readonly #onDamage: () => void;
  #shard: LoadedShard | null = null;

  /** `onDamage` is called when a part was found damaged, so that the alarm has to make it again. */
  constructor(ctx: DurableObjectState, onDamage: () => void) {
    this.#storage = ctx.storage;
    this.#id = ctx.id.toString();
    this.#onDamage = onDamage;
    this.tables = new ShardTables(ctx.storage.sql);
    this.outbox = new ShardOutbox(this.tables);
    const segments = new SegmentWriter(this.tables);
    this.writer = new ShardWriter(this.tables, segments, this.outbox);
    this.staged = new StagedFiles(this.tables, this.writer, segments);
    this.upkeep = new ShardUpkeep(this.tables, this.staged, segments);
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
        return this.#storage.transactionSync(() => change(this.loaded()));
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
   * Cuts the terms of a search into parts of which the posting lists are read at once. A single part if most lists are
   * in memory.
   */
  sliceTerms(terms: readonly string[]): string[][] {
    return this.read((shard) =>
      sliceByWork(terms, (term) => shard.missingLists(term), LISTS_A_TURN),
    );
  }

  /** Cuts files into parts that are each removed in one transaction. */
  sliceRemoval(files: readonly FileVersion[]): FileVersion[][] {
    const countChunks = ({ fileId }: FileVersion) =>
      this.tables.chunks.find(fileId)?.chunkCount ?? 0;
    return sliceByWork(files, countChunks, REMOVED_A_TRANSACTION);
  }

  /** Reads tables in one transaction, which notes what is found damaged. It needs no part of the shard in memory. */
  readTables<Value>(call: (tables: ShardTables) => Value): Value {
    return this.#guard(() => this.#storage.transactionSync(() => call(this.tables)));
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
      this.#storage.transactionSync(() => this.upkeep.rebuild());
      this.#onDamage();
      throw new ShardRebuilding("A part of the search index is damaged; it is made again");
    }
  }

  #reportVectors(): void {
    logger.failed("search.vectors.damaged", "The checksum of stored vectors is wrong");
    this.#onDamage();
  }
}
