import { DurableObject } from "cloudflare:workers";

import type { FileId } from "../src/ids.ts";
import { giveTurn } from "../src/ingest/slices.ts";
import { isMigrated } from "../src/kernel/rows/migrate.ts";
import type { Attributes } from "../src/knowledge/attributes.ts";
import type { FollowPoint } from "../src/retrieval/follow-point.ts";
import type { ChangesPage, ChangesRequest } from "../src/retrieval/followers/changes-page.ts";
import type { FollowerClient, FollowSource } from "../src/retrieval/followers/follower-client.ts";
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
import type {
  ComparedVectors,
  FoundVectors,
  OutgoingEntry,
  OutgoingVectors,
} from "../src/retrieval/vectorize/outgoing.ts";
import type { ShardPlacing, VectorIndexNumber } from "../src/retrieval/vectorize/placement.ts";
import { readChanges } from "./search-shard/followers/read-changes.ts";
import { ShardFollower } from "./search-shard/followers/shard-follower.ts";
import { inspectNothing, inspectShard, readDimensions } from "./search-shard/inspect-shard.ts";
import type { LoadedShard } from "./search-shard/loaded-shard.ts";
import { countNothing, OpenShard } from "./search-shard/open-shard.ts";
import { OutboxAnswers } from "./search-shard/outbox-answers.ts";
import { OutboxRounds } from "./search-shard/outbox-rounds.ts";
import { readStored } from "./search-shard/read-stored.ts";
import { ShardRepair } from "./search-shard/shard-repair.ts";
import type { FileVersion } from "./search-shard/shard-writer.ts";
import { UpkeepAlarm } from "./search-shard/upkeep-alarm.ts";

const ERASED = "erased";
const NOTHING_STAGED = { count: 0, dimensions: 0, last: null } as const;

/**
 * The Durable Object class of a search shard: a part of a vector store's index, with the texts, vectors and attributes
 * of chunks, and segments with their posting lists. A search finds every write that was acknowledged before it. A shard
 * that was never written to answers like an empty shard and stores nothing.
 */
export class SearchShardObject extends DurableObject<Env> implements ShardClient, FollowerClient {
  readonly #shard = new OpenShard(this.ctx, () => this.#onDamage());
  readonly #tables = this.#shard.tables;
  readonly #outbox = this.#shard.outbox;
  readonly #follower = new ShardFollower(this.#shard, this.env, {
    isOpen: () => this.#open,
    erase: () => this.dismiss(),
    arm: () => this.#arm(),
  });
  readonly #repair = new ShardRepair(this.#tables, this.env, this.ctx.id.name ?? "");
  readonly #answers = new OutboxAnswers(this.#shard, {
    isOpen: () => this.#open,
    isErased: () => this.#isErased(),
    change: (change) => this.#change(change),
    arm: () => this.#arm(),
  });
  readonly #rounds = new OutboxRounds(this.env, this.ctx.storage, this.#outbox);
  readonly #alarm = new UpkeepAlarm(this.ctx.storage);
  #open: boolean;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#open = isMigrated(ctx.storage) && ctx.storage.kv.get(ERASED) !== true;
    if (!isMigrated(ctx.storage)) return;
    if (this.#open) this.#shard.migrate();
    this.#arm();
  }

  /**
   * At the time of the alarm: tells the writers of vector indexes, runs due upkeep, then asks for files that have lost
   * vectors. A follower goes on with its copy instead.
   */
  override async alarm(): Promise<void> {
    if (!isMigrated(this.ctx.storage)) return;
    await this.#alarm.begin();
    await this.#rounds.go();
    await this.#shard.keepUp(() => this.#open);
    if (this.#follower.row) await this.#follower.tend();
    else if (this.#open) await this.#repair.askStore(Date.now());
    // Erased meanwhile, and of all that it had.
    if (!isMigrated(this.ctx.storage)) return;
    await this.#alarm.end();
    if (this.#isErased() && this.#outbox.isDone()) await this.#leaveErased();
    else this.#arm();
  }

  /** Stores files in one transaction. Skips a file if the shard has already seen this version or a newer one. */
  async write(batch: ShardBatch): Promise<WriteOutcome[]> {
    if (this.#isErased()) return batch.documents.map(({ fileId }) => ({ fileId, outcome: ERASED }));
    return this.#change((shard) => this.#shard.write(shard, batch));
  }

  /** Returns how much of a version of a file is here already, for a consumer that goes on with it. */
  staged({ fileId, version }: FileVersion): StagedChunks {
    if (this.#open) return this.#shard.staged.find(fileId, version);
    return { ...NOTHING_STAGED, state: this.#isErased() ? ERASED : "staged" };
  }

  /** Keeps a part of a file that is too long for one call, for `publish`. No search finds it before. */
  async stage(part: StagedPart): Promise<WriteOutcome["outcome"]> {
    if (this.#isErased()) return ERASED;
    return this.#change((shard) => this.#shard.staged.stage(shard, part, Date.now()));
  }

  /** Lets searches find a file of which all parts are staged, in place of its older version. */
  async publish(file: StagedFile): Promise<WriteOutcome["outcome"]> {
    if (this.#isErased()) return ERASED;
    return this.#change((shard) => this.#shard.publish(shard, file));
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
      this.#change((shard) => this.#shard.remove(shard, part, Date.now()));
    }
  }

  /** Replaces the attributes of a file. Returns false if the file is unknown or has a newer version. */
  setAttributes(fileId: FileId, version: number, attributes: Attributes): boolean {
    if (!this.#open) return false;
    const { writer } = this.#shard;
    return this.#change((all) => writer.setAttributes(all, { fileId, version }, attributes));
  }

  /** Reads the numbers from which BM25 scores of `terms` are computed. */
  async statistics(terms: readonly string[]): Promise<ShardStatistics> {
    const none = countNothing(terms);
    return (await this.#find(terms, none, (all) => this.#shard.statistics(all, terms))) ?? none;
  }

  /** Finds the best chunks of this shard for a query, with texts and scores; null if the shard is erased. */
  search(query: ShardQuery): Promise<ShardCandidate[] | null> {
    return this.#find(termsOf(query), [], (shard) => shard.search(query));
  }

  /** Finds the best chunks as `search` does, and counts the work for it. */
  searchExplained(query: ShardQuery): Promise<ExplainedCandidates | null> {
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

  /** Counts what the shard has, and returns a page of its files with ids greater than `after`. */
  inspect(after = ""): ShardInventory {
    const indexed = this.#answers.countIndexed();
    if (this.#open) return { ...inspectShard(this.#tables, after), indexed };
    return { ...inspectNothing(this.#isErased()), indexed };
  }

  /**
   * Deletes all data because the vector store was deleted or its index rebuilt. Later writes are refused. Only the numbers
   * of chunks that a vector index has stay until they are deleted there.
   */
  async erase(): Promise<void> {
    const { storage } = this.ctx;
    const isPlaced = isMigrated(storage) && !this.#outbox.isDone();
    if (isPlaced && this.#open) this.#shard.leave(() => storage.kv.put(ERASED, true));
    this.#close();
    if (isPlaced) this.#arm();
    else await this.#leaveErased();
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
    return this.#answers.listOutgoing(index, after);
  }

  /** Reads the vectors of changes. */
  readOutgoing(seqs: readonly number[]): OutgoingVectors {
    return this.#answers.readOutgoing(seqs);
  }

  /** Notes that a vector index has changes. */
  confirmOutgoing(seqs: readonly number[]): void {
    this.#answers.confirmOutgoing(seqs);
  }

  /** Compares what a vector index has with the shard, and notes as changes what should be there and is not. */
  compareOutgoing(index: VectorIndexNumber, found: FoundVectors): ComparedVectors {
    return this.#answers.compareOutgoing(index, found);
  }

  /** Returns the next page of the shard for a follower. */
  changes(request: ChangesRequest): ChangesPage {
    if (!this.#open) return { kind: "gone" };
    const now = Date.now();
    return this.#change(({ dimensions }) => readChanges(this.#tables, dimensions, request, now));
  }

  /** Makes this object a follower: a copy of a search shard. A repeated call changes nothing. */
  follow(source: FollowSource): void {
    this.#change(() => this.#follower.begin(source, Date.now()));
  }

  /** Searches as the shard that it follows does; returns null if it has not reached the state `point` of that shard. */
  async searchFrom(point: FollowPoint, query: ShardQuery): Promise<ExplainedCandidates | null> {
    return await this.#follower.search(point, query);
  }

  /** Erases a follower, of which nothing stays. */
  async dismiss(): Promise<void> {
    this.#close();
    await this.#deleteAll();
  }

  #onDamage(): void {
    if (this.#follower.row) this.#follower.startOver();
    this.#arm();
  }

  #close(): void {
    this.#open = false;
    this.#shard.forget();
    this.#alarm.forget();
  }

  async #deleteAll(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  async #leaveErased(): Promise<void> {
    await this.#deleteAll();
    this.ctx.storage.kv.put(ERASED, true);
  }

  #isErased(): boolean {
    return !this.#open && this.ctx.storage.kv.get(ERASED) === true;
  }

  /** Runs a search, which may find strays, or returns `none` if the shard has nothing, null if it is erased. */
  async #find<Value>(
    terms: readonly string[],
    none: Value,
    call: (shard: LoadedShard) => Value,
  ): Promise<Value | null> {
    await this.#shard.loadLists(terms, () => this.#open);
    if (!this.#open) return this.#isErased() ? null : none;
    const value = this.#shard.read(call);
    if (this.#outbox.hasStrays) this.#arm();
    return value;
  }

  /** Runs a change of the shard, which begins with its first. */
  #change<Value>(change: (shard: LoadedShard) => Value): Value {
    if (!this.#open) this.#shard.migrate();
    this.#open = true;
    const value = this.#shard.change(change);
    this.#arm();
    return value;
  }

  /** Sets the alarm for the next upkeep. */
  #arm(): void {
    const now = Date.now();
    const upkeep = this.#open ? this.#shard.nextDue(now) : null;
    this.#alarm.arm([upkeep, this.#rounds.nextDue(now), this.#follower.nextDue(now)]);
  }
}

const termsOf = ({ terms }: ShardQuery): string[] => terms.map(({ term }) => term);
