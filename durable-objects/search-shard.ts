import { DurableObject } from "cloudflare:workers";

import type { FileId } from "../src/ids.ts";
import { giveTurn, sliceByWork } from "../src/ingest/slices.ts";
import { armBeforeWork } from "../src/kernel/engine/dead-mans-alarm.ts";
import { isMigrated, migrate } from "../src/kernel/rows/migrate.ts";
import type { Attributes } from "../src/knowledge/attributes.ts";
import { logger } from "../src/platform/logger.ts";
import kernel from "../src/retrieval/dense/kernel/kernel.wasm";
import { admitAttributes } from "../src/retrieval/fence.ts";
import type {
  ExplainedCandidates,
  ShardCandidate,
  ShardInventory,
  ShardPassage,
  ShardQuery,
  ShardStatistics,
  WriteOutcome,
} from "../src/retrieval/search-types.ts";
import { DamagedSegment } from "../src/retrieval/segment/bytes.ts";
import type { ShardBatch, StagedFile, StagedPart } from "../src/retrieval/segment/shard-batch.ts";
import type { ShardClient } from "../src/retrieval/shard-client.ts";
import { NO_WORK } from "../src/retrieval/shard/shard-work.ts";
import { ShardRebuilding } from "./search-shard/load-unindexed.ts";
import { LoadedShard } from "./search-shard/loaded-shard.ts";
import { SegmentWriter } from "./search-shard/segment-writer.ts";
import { SHARD_MEMORY } from "./search-shard/shard-memory.ts";
import { ShardRepair } from "./search-shard/shard-repair.ts";
import { ShardUpkeep } from "./search-shard/shard-upkeep.ts";
import { type FileVersion, ShardWriter, toSeen } from "./search-shard/shard-writer.ts";
import { StagedFiles } from "./search-shard/staged-files.ts";
import { SHARD_MIGRATIONS } from "./search-shard/tables/migrations.ts";
import { ShardTables } from "./search-shard/tables/shard-tables.ts";

/** A tombstone must outlive every write that it fences. Queues keep a message for at most 14 days. */
const TOMBSTONE_MS = 30 * 24 * 3_600_000;
/** Chunks that one transaction removes, in 10 to 20 ms. */
const REMOVED_A_TRANSACTION = 1_000;
const INVENTORY_PAGE = 5_000;
const ERASED = "erased";
/** Time after which an alarm that did not finish is repeated, in milliseconds. */
const DEAD_MAN_MS = 60_000;

/**
 * The Durable Object class of a search shard: a part of a vector store's index, with the texts, vectors and attributes
 * of chunks, and segments with their posting lists. A search finds every write that was acknowledged before it. A shard
 * that was never written to answers like an empty shard and stores nothing.
 */
export class SearchShardObject extends DurableObject<Env> implements ShardClient {
  readonly #tables = new ShardTables(this.ctx.storage.sql);
  readonly #segments = new SegmentWriter(this.#tables);
  readonly #writer = new ShardWriter(this.#tables, this.#segments);
  readonly #staged = new StagedFiles(this.#tables, this.#writer, this.#segments);
  readonly #upkeep = new ShardUpkeep(this.#tables, this.#staged, this.#segments);
  readonly #repair = new ShardRepair(this.#tables, this.env, this.ctx.id.name ?? "");
  #shard: LoadedShard | null = null;
  #alarmAt: number | null = null;
  #open: boolean;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#open = isMigrated(ctx.storage);
    if (!this.#open) return;
    this.#migrate();
    this.#arm();
  }

  /**
   * Runs due upkeep: merges segments, indexes chunks that no segment contains, and erases removed chunks; then asks for
   * files that have lost vectors. The platform calls it at the time of the alarm.
   */
  override async alarm(): Promise<void> {
    if (!this.#open) return;
    this.#alarmAt = 0;
    await armBeforeWork(this.ctx.storage, Date.now() + DEAD_MAN_MS);
    // The first slice loads the shard, which counts its removed chunks.
    do {
      this.#slice();
      await giveTurn();
    } while (this.#open && this.#upkeep.isDue(this.#shard, Date.now()));
    if (!this.#open) return;
    await this.#repair.askStore(Date.now());
    if (!this.#open) return;
    await this.ctx.storage.deleteAlarm();
    this.#alarmAt = null;
    this.#arm();
  }

  /** Stores files in one transaction. Skips a file if the shard has already seen this version or a newer one. */
  async write(batch: ShardBatch): Promise<WriteOutcome[]> {
    if (this.#isErased()) return batch.documents.map(({ fileId }) => ({ fileId, outcome: ERASED }));
    return this.#change((shard) => {
      const outcomes = this.#writer.write(shard, batch);
      shard.storeCodes();
      this.#upkeep.mergeNewest(shard);
      return outcomes;
    });
  }

  /** Keeps a part of a file that is too long for one call, for `publish`. No search finds it before. */
  async stage(part: StagedPart): Promise<WriteOutcome["outcome"]> {
    if (this.#isErased()) return ERASED;
    return this.#change((shard) => this.#staged.stage(shard, part, Date.now()));
  }

  /** Lets searches find a file of which all parts are staged, in place of its older version. */
  async publish(file: StagedFile): Promise<WriteOutcome["outcome"]> {
    if (this.#isErased()) return ERASED;
    return this.#change((shard) => {
      const outcome = this.#staged.publish(shard, file);
      shard.storeCodes();
      this.#upkeep.mergeNewest(shard);
      return outcome;
    });
  }

  /**
   * Removes files, in several transactions if they have many chunks. A tombstone of each remains, even of an unknown
   * file, so that a delayed write of the removed version is refused.
   */
  async remove(files: readonly FileVersion[]): Promise<void> {
    const counted = files.map((file) => ({
      ...file,
      chunkCount: this.#open ? (this.#tables.chunks.find(file.fileId)?.chunkCount ?? 0) : 0,
    }));
    const parts = sliceByWork(counted, ({ chunkCount }) => chunkCount, REMOVED_A_TRANSACTION);
    for (const [index, part] of parts.entries()) {
      if (index > 0) await giveTurn();
      if (this.#isErased()) return;
      const now = Date.now();
      this.#change((shard) => {
        this.#writer.remove(shard, part, now);
        for (const { fileId, version } of part) this.#staged.remove(fileId, version);
        this.#tables.chunks.forgetTombstones(now - TOMBSTONE_MS);
      });
    }
  }

  /** Replaces the attributes of a file. Returns false if the file is unknown or has a newer version. */
  setAttributes(fileId: FileId, version: number, attributes: Attributes): boolean {
    const known = this.#open ? this.#tables.chunks.find(fileId) : null;
    if (!known || !admitAttributes(toSeen(known), version)) return false;
    this.#change((shard) => {
      this.#tables.chunks.setAttributes(fileId, version, attributes);
      if (known.ordinal !== null) shard.setAttributes(known.ordinal, attributes);
    });
    return true;
  }

  /**
   * Reads the numbers from which BM25 scores are computed: the number of chunks in the shard, their total length in
   * index terms, and for each of `terms` the number of chunks that contain it.
   */
  statistics(terms: readonly string[]): ShardStatistics {
    if (!this.#open) {
      return { chunkCount: 0, totalLength: 0, documentCounts: terms.map(() => 0) };
    }
    return this.#guard(() => this.#loaded().statistics(terms));
  }

  /**
   * Finds the best chunks of this shard for a query, with their texts and scores. The caller merges them with those of
   * the other shards.
   */
  search(query: ShardQuery): ShardCandidate[] {
    return this.#open ? this.#guard(() => this.#loaded().search(query)) : [];
  }

  /** Finds the best chunks as `search` does, and counts the work for it. */
  searchExplained(query: ShardQuery): ExplainedCandidates {
    if (!this.#open) return { candidates: [], work: NO_WORK };
    return this.#guard(() => this.#loaded().searchExplained(query));
  }

  /**
   * Reads chunks of a file by their positions in the file (ordinals), in order. Used for the context around a result.
   */
  passages(fileId: FileId, ordinals: readonly number[]): ShardPassage[] {
    return this.#open ? this.#tables.chunks.passagesAt(fileId, ordinals) : [];
  }

  /**
   * Returns the number of chunks, the highest version, and a page of the shard's files with ids greater than `after`,
   * for consistency checks.
   */
  inspect(after = ""): ShardInventory {
    const isUsed = this.#open || this.#isErased();
    if (!this.#open) return { isUsed, chunkCount: 0, highestVersion: 0, files: [], hasMore: false };
    const { chunks } = this.#tables;
    const listed = chunks.files(after, INVENTORY_PAGE + 1);
    const [files, hasMore] = [listed.slice(0, INVENTORY_PAGE), listed.length > INVENTORY_PAGE];
    const [chunkCount, highestVersion] = [chunks.chunkCount(), chunks.highestVersion()];
    return { isUsed, chunkCount, highestVersion, files, hasMore };
  }

  /** Deletes all data because the vector store was deleted or its index rebuilt. Later writes are refused. */
  async erase(): Promise<void> {
    this.#open = false;
    this.#forget();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.ctx.storage.kv.put(ERASED, true);
  }

  #isErased(): boolean {
    return !this.#open && this.ctx.storage.kv.get(ERASED) === true;
  }

  /** Runs a change in one transaction. Drops the memory if that fails, since it may be ahead of storage. */
  #change<Value>(change: (shard: LoadedShard) => Value): Value {
    if (!this.#open) {
      this.#migrate();
      this.#open = true;
    }
    return this.#guard(() => {
      try {
        const value = this.ctx.storage.transactionSync(() => change(this.#loaded()));
        this.#arm();
        return value;
      } catch (error) {
        this.#forget();
        throw error;
      }
    });
  }

  /** Runs a call. If it finds a damaged part of the index, starts a rebuild and throws `ShardRebuilding`. */
  #guard<Value>(call: () => Value): Value {
    try {
      const value = call();
      if (this.#shard) SHARD_MEMORY.noteUse(this.#shard);
      if (this.#tables.damage.takeNew()) this.#reportVectors();
      return value;
    } catch (error) {
      if (!(error instanceof DamagedSegment)) throw error;
      logger.failed("search.segment.damaged", error, { reason: error.message });
      this.#forget();
      this.ctx.storage.transactionSync(() => this.#upkeep.rebuild());
      this.#arm();
      throw new ShardRebuilding("A part of the search index is damaged; it is made again");
    }
  }

  #reportVectors(): void {
    logger.failed("search.vectors.damaged", "The checksum of stored vectors is wrong");
    this.#arm();
  }

  #slice(): void {
    try {
      const isMoved = this.#change((shard) => {
        shard.storeCodes();
        return this.#upkeep.slice(shard, Date.now());
      });
      if (isMoved) this.#forget();
    } catch (error) {
      // The next slice begins to make the index again.
      if (!(error instanceof ShardRebuilding)) throw error;
    }
  }

  #migrate(): void {
    migrate(this.ctx.storage, SHARD_MIGRATIONS);
    if (this.#tables.unindexed.read() === null) this.#tables.unindexed.dropPostings();
  }

  #forget(): void {
    if (this.#shard) SHARD_MEMORY.forget(this.#shard);
    this.#shard = null;
    this.#upkeep.forget();
  }

  #loaded(): LoadedShard {
    this.#shard ??= new LoadedShard(this.#tables, {
      id: this.ctx.id.toString(),
      kernel,
      ledger: SHARD_MEMORY,
      onGivenUp: () => this.#forget(),
    });
    return this.#shard;
  }

  /** Sets the alarm for the next upkeep, unless it is set for that time or earlier, or `alarm` is running. */
  #arm(): void {
    const now = Date.now();
    const upkeep = this.#upkeep.nextDue(this.#shard, now) ?? Infinity;
    const due = Math.max(now, Math.min(upkeep, this.#tables.damage.nextDue() ?? Infinity));
    if (due === Infinity || (this.#alarmAt !== null && this.#alarmAt <= due)) return;
    this.#alarmAt = due;
    void this.ctx.storage.setAlarm(due);
  }
}
