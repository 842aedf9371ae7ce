import { DurableObject } from "cloudflare:workers";

import type { FileId } from "../src/ids.ts";
import { giveTurn } from "../src/ingest/slices.ts";
import { isMigrated, migrate } from "../src/kernel/rows/migrate.ts";
import type { Attributes } from "../src/knowledge/attributes.ts";
import type {
  ExplainedCandidates,
  ShardCandidate,
  ShardInventory,
  ShardPassage,
  ShardQuery,
  ShardStatistics,
  StagedChunks,
  StoredChunks,
  WriteOutcome,
} from "../src/retrieval/search-types.ts";
import type { ShardBatch, StagedFile, StagedPart } from "../src/retrieval/segment/shard-batch.ts";
import type { ShardClient } from "../src/retrieval/shard-client.ts";
import { NO_WORK } from "../src/retrieval/shard/shard-work.ts";
import {
  NO_VECTORS,
  type OutgoingEntry,
  type OutgoingVectors,
} from "../src/retrieval/vectorize/outgoing.ts";
import type { ShardPlacing, VectorIndexNumber } from "../src/retrieval/vectorize/placement.ts";
import { inspectShard, readDimensions } from "./search-shard/inspect-shard.ts";
import type { LoadedShard } from "./search-shard/loaded-shard.ts";
import { OpenShard } from "./search-shard/open-shard.ts";
import { OutboxRounds } from "./search-shard/outbox-rounds.ts";
import { readStored } from "./search-shard/read-stored.ts";
import { ShardRepair } from "./search-shard/shard-repair.ts";
import type { FileVersion } from "./search-shard/shard-writer.ts";
import { SHARD_MIGRATIONS } from "./search-shard/tables/migrations.ts";
import { UpkeepAlarm } from "./search-shard/upkeep-alarm.ts";

/** A tombstone must outlive every write that it fences. Queues keep a message for at most 14 days. */
const TOMBSTONE_MS = 30 * 24 * 3_600_000;
const ERASED = "erased";

/**
 * The Durable Object class of a search shard: a part of a vector store's index, with the texts, vectors and attributes
 * of chunks, and segments with their posting lists. A search finds every write that was acknowledged before it. A shard
 * that was never written to answers like an empty shard and stores nothing.
 */
export class SearchShardObject extends DurableObject<Env> implements ShardClient {
  readonly #shard = new OpenShard(this.ctx, () => this.#arm());
  readonly #tables = this.#shard.tables;
  readonly #outbox = this.#shard.outbox;
  readonly #repair = new ShardRepair(this.#tables, this.env, this.ctx.id.name ?? "");
  readonly #rounds = new OutboxRounds(this.env, this.ctx.storage, this.#outbox);
  readonly #alarm = new UpkeepAlarm(this.ctx.storage);
  #open: boolean;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#open = isMigrated(ctx.storage) && ctx.storage.kv.get(ERASED) !== true;
    if (!isMigrated(ctx.storage)) return;
    if (this.#open) this.#migrate();
    this.#arm();
  }

  /**
   * Runs due upkeep: merges segments, indexes chunks that no segment contains, erases removed chunks; then asks for
   * files that have lost vectors. Before, tells the writers of vector indexes. The platform calls it at the time of the
   * alarm.
   */
  override async alarm(): Promise<void> {
    if (!isMigrated(this.ctx.storage)) return;
    await this.#alarm.begin();
    await this.#rounds.go();
    // The first slice loads the shard, which counts its removed chunks.
    while (this.#open) {
      this.#shard.slice();
      await giveTurn();
      if (!this.#shard.isUpkeepDue(Date.now())) break;
    }
    if (this.#open) await this.#repair.askStore(Date.now());
    // Erased meanwhile, and of all that it had.
    if (!isMigrated(this.ctx.storage)) return;
    await this.#alarm.end();
    if (this.#isErased() && this.#outbox.isDone()) await this.#deleteAll();
    else this.#arm();
  }

  /** Stores files in one transaction. Skips a file if the shard has already seen this version or a newer one. */
  async write(batch: ShardBatch): Promise<WriteOutcome[]> {
    if (this.#isErased()) return batch.documents.map(({ fileId }) => ({ fileId, outcome: ERASED }));
    return this.#change((shard) => {
      const outcomes = this.#shard.writer.write(shard, batch);
      this.#shard.upkeep.keepUp(shard);
      return outcomes;
    });
  }

  /** Returns how much of a version of a file is here already, for a consumer that goes on with it. */
  staged({ fileId, version }: FileVersion): StagedChunks {
    if (this.#open) return this.#shard.staged.find(fileId, version);
    const state = this.#isErased() ? ERASED : "staged";
    return { state, count: 0, dimensions: 0, last: null };
  }

  /** Keeps a part of a file that is too long for one call, for `publish`. No search finds it before. */
  async stage(part: StagedPart): Promise<WriteOutcome["outcome"]> {
    if (this.#isErased()) return ERASED;
    return this.#change((shard) => this.#shard.staged.stage(shard, part, Date.now()));
  }

  /** Lets searches find a file of which all parts are staged, in place of its older version. */
  async publish(file: StagedFile): Promise<WriteOutcome["outcome"]> {
    if (this.#isErased()) return ERASED;
    return this.#change((shard) => {
      const outcome = this.#shard.staged.publish(shard, file);
      this.#shard.upkeep.keepUp(shard);
      return outcome;
    });
  }

  /**
   * Removes files, in several transactions if they have many chunks. A tombstone of each remains, even of an unknown
   * file, so that a delayed write of the removed version is refused.
   */
  async remove(files: readonly FileVersion[]): Promise<void> {
    const parts = this.#open ? this.#shard.sliceRemoval(files) : [files];
    for (const [index, part] of parts.entries()) {
      if (index > 0) await giveTurn();
      if (this.#isErased()) return;
      const now = Date.now();
      this.#change((shard) => {
        this.#shard.writer.remove(shard, part, now);
        for (const { fileId, version } of part) this.#shard.staged.remove(fileId, version);
        this.#tables.chunks.forgetTombstones(now - TOMBSTONE_MS);
      });
    }
  }

  /** Replaces the attributes of a file. Returns false if the file is unknown or has a newer version. */
  setAttributes(fileId: FileId, version: number, attributes: Attributes): boolean {
    if (!this.#open) return false;
    return this.#change((shard) =>
      this.#shard.writer.setAttributes(shard, { fileId, version }, attributes),
    );
  }

  /**
   * Reads the numbers from which BM25 scores are computed: the number of chunks in the shard, their total length in
   * index terms, and for each of `terms` the number of chunks that contain it.
   */
  statistics(terms: readonly string[]): Promise<ShardStatistics> {
    return this.#find(terms, noStatistics(terms), (shard) => shard.statistics(terms));
  }

  /**
   * Finds the best chunks of this shard for a query, with their texts and scores. The caller merges them with those of
   * the other shards.
   */
  search(query: ShardQuery): Promise<ShardCandidate[]> {
    return this.#find(termsOf(query), [], (shard) => shard.search(query));
  }

  /** Finds the best chunks as `search` does, and counts the work for it. */
  searchExplained(query: ShardQuery): Promise<ExplainedCandidates> {
    const none: ExplainedCandidates = { candidates: [], work: NO_WORK };
    return this.#find(termsOf(query), none, (shard) => shard.searchExplained(query));
  }

  /** Reads chunks of a file by their positions in the file (ordinals), in order: the context around a result. */
  passages(fileId: FileId, ordinals: readonly number[]): ShardPassage[] {
    return this.#open ? this.#tables.chunks.passagesAt(fileId, ordinals) : [];
  }

  /** Reads chunks of a file with their vectors, from the ordinal `from` on, for a copy; null if some are lost. */
  storedChunks(fileId: FileId, from: number): StoredChunks | null {
    return this.#open ? this.#shard.readTables((all) => readStored(all, { fileId, from })) : null;
  }

  /**
   * Returns the number of chunks, the highest version, and a page of the shard's files with ids greater than `after`,
   * for consistency checks.
   */
  inspect(after = ""): ShardInventory {
    if (this.#open) return inspectShard(this.#tables, after);
    const isUsed = this.#isErased();
    return { isUsed, chunkCount: 0, highestVersion: 0, files: [], hasMore: false };
  }

  /**
   * Deletes all data because the vector store was deleted or its index rebuilt. Later writes are refused. Only the numbers
   * of chunks that a vector index has stay until they are deleted there.
   */
  async erase(): Promise<void> {
    const { storage } = this.ctx;
    const isPlaced = isMigrated(storage) && !this.#outbox.isDone();
    if (isPlaced && this.#open) {
      storage.transactionSync(() => {
        this.#outbox.leave();
        storage.kv.put(ERASED, true);
      });
    }
    this.#open = false;
    this.#shard.forget();
    if (!isPlaced) return await this.#deleteAll();
    this.#alarm.forget();
    this.#arm();
  }

  /** Returns the number of dimensions of the chunks' vectors; 0 without chunks. */
  dimensions(): number {
    return this.#open ? readDimensions(this.#tables) : 0;
  }

  /** Places the vectors of the shard; searches find all of them meanwhile. Returns the keys by which it is filtered. */
  place(placing: ShardPlacing): readonly string[] | null {
    if (this.#isErased()) return null;
    this.#change(() => this.#outbox.place(placing));
    return this.#outbox.filterKeys;
  }

  /** Lists the changes for a vector index behind the one with the number `after`. */
  listOutgoing(index: VectorIndexNumber, after: number): OutgoingEntry[] {
    return isMigrated(this.ctx.storage) ? this.#outbox.list(index, after) : [];
  }

  /** Reads the vectors of changes. */
  readOutgoing(seqs: readonly number[]): OutgoingVectors {
    if (this.#open)
      return this.#shard.read(({ dimensions }) => this.#outbox.read(seqs, dimensions));
    return this.#isErased() && isMigrated(this.ctx.storage)
      ? this.#outbox.read(seqs, 0)
      : NO_VECTORS;
  }

  /** Notes that a vector index has changes. */
  confirmOutgoing(seqs: readonly number[]): void {
    if (!isMigrated(this.ctx.storage)) return;
    this.ctx.storage.transactionSync(() => this.#outbox.confirm(seqs, Date.now()));
    this.#arm();
  }

  async #deleteAll(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.ctx.storage.kv.put(ERASED, true);
  }

  #isErased(): boolean {
    return !this.#open && this.ctx.storage.kv.get(ERASED) === true;
  }

  /**
   * Runs a search for terms, or returns `none` if the shard has nothing. If many posting lists have to be read before, it
   * lets other calls run in between. A search may find that a vector index has chunks that are gone.
   */
  async #find<Value>(
    terms: readonly string[],
    none: Value,
    call: (shard: LoadedShard) => Value,
  ): Promise<Value> {
    const parts = this.#open ? this.#shard.sliceTerms(terms) : [];
    for (const part of parts.slice(0, -1)) {
      if (this.#open) this.#shard.read((shard) => shard.loadLists(part));
      await giveTurn();
    }
    if (!this.#open) return none;
    const value = this.#shard.read(call);
    if (this.#outbox.hasStrays) this.#arm();
    return value;
  }

  /** Runs a change of the shard, which begins with its first. */
  #change<Value>(change: (shard: LoadedShard) => Value): Value {
    if (!this.#open) {
      this.#migrate();
      this.#open = true;
    }
    const value = this.#shard.change(change);
    this.#arm();
    return value;
  }

  #migrate(): void {
    migrate(this.ctx.storage, SHARD_MIGRATIONS);
    if (this.#tables.unindexed.read() === null) this.#tables.unindexed.dropPostings();
  }

  /** Sets the alarm for the next upkeep. */
  #arm(): void {
    const now = Date.now();
    this.#alarm.arm([this.#open ? this.#shard.nextDue(now) : null, this.#rounds.nextDue(now)]);
  }
}

const noStatistics = (terms: readonly string[]): ShardStatistics => ({
  chunkCount: 0,
  totalLength: 0,
  documentCounts: terms.map(() => 0),
});

const termsOf = ({ terms }: ShardQuery): string[] => terms.map(({ term }) => term);
