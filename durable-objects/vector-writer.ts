import { DurableObject } from "cloudflare:workers";

import { armBeforeWork } from "../src/kernel/engine/dead-mans-alarm.ts";
import { isMigrated, migrate } from "../src/kernel/rows/migrate.ts";
import { objectName } from "../src/knowledge/scope.ts";
import { logger } from "../src/platform/logger.ts";
import { addressSearchShard, withFreshStub } from "../src/platform/objects.ts";
import { findVectorIndex } from "../src/platform/vector-indexes.ts";
import { retryAt } from "../src/retrieval/vectorize/mutation-rules.ts";
import type {
  FoundVectors,
  IndexRoom,
  VectorWriterClient,
} from "../src/retrieval/vectorize/outgoing.ts";
import type { VectorIndexNumber, VectorSource } from "../src/retrieval/vectorize/placement.ts";
import { INDEX_LIMITS } from "../src/retrieval/vectorize/vector-index.ts";
import { IndexChanges } from "./vector-writer/index-changes.ts";
import { JournalTables, WRITER_MIGRATIONS } from "./vector-writer/journal-tables.ts";
import type { ShardNames } from "./vector-writer/late-checks.ts";
import { WatchTable } from "./vector-writer/watch-table.ts";

/** An alarm that did not end its work is repeated after this time. */
const DEAD_MAN_MS = 60_000;
/** Time between two rounds, so that a shard that does not answer is not asked without a pause. */
const ROUND_MS = 1_000;
/** Time after which an index is asked for that this deployment does not bind. */
const UNBOUND_MS = 3_600_000;

/**
 * The Durable Object class of the writer of a vector index: nothing else changes the index. Shards announce that they
 * have changes; it reads them there, joins those of many stores to batches, and tells the shards when the index has
 * them. Its rules are in src/retrieval/vectorize.
 */
export class VectorWriterObject extends DurableObject<Env> implements VectorWriterClient {
  readonly #tables = new JournalTables(this.ctx.storage.sql);
  readonly #watched = new WatchTable(this.ctx.storage.sql);
  #changes: IndexChanges | null = null;
  #alarmAt = Infinity;
  /** Number of rounds that have failed, one after the other. */
  #failures = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (!isMigrated(ctx.storage)) return;
    migrate(ctx.storage, WRITER_MIGRATIONS);
    // An alarm may have been lost with the isolate before.
    const due = this.#open()?.nextDue() ?? null;
    if (due !== null) this.#arm(Date.now() + ROUND_MS);
  }

  /** Goes on with the changes of the index. The platform calls it at the time of the alarm. */
  override async alarm(): Promise<void> {
    this.#alarmAt = Infinity;
    if (!isMigrated(this.ctx.storage)) return;
    await armBeforeWork(this.ctx.storage, Date.now() + DEAD_MAN_MS);
    const changes = this.#open();
    const next = changes ? await this.#go(changes) : Date.now() + UNBOUND_MS;
    if (next === null) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(next);
    this.#alarmAt = next ?? Infinity;
    // While the index is away, what is due waits for the next try.
    if (this.#failures > 0) return;
    // A shard may have been announced during the last calls.
    const due = changes?.nextDue() ?? null;
    if (due !== null) this.#arm(Math.max(due, Date.now()) + ROUND_MS);
  }

  /** Notes that a shard has changes for the index. */
  announce(index: VectorIndexNumber, source: VectorSource): void {
    this.ctx.storage.transactionSync(() => {
      migrate(this.ctx.storage, WRITER_MIGRATIONS);
      this.#tables.setIndex(index);
      const { scope, ...shard } = source;
      const name = objectName(scope, `${shard.storeId}:${shard.generation}:${shard.shard}`);
      const plannedTo = this.#tables.findSource(name)?.plannedTo ?? 0;
      this.#tables.putSource({ name, ...scope, ...shard, plannedTo });
    });
    this.#arm(Date.now() + ROUND_MS);
  }

  /**
   * Asks the index how much room it has; null if it does not answer, or is not bound. There is none for a namespace from
   * which vectors are being deleted, or were within a day: a late mutation would undo what is written there.
   */
  async room(index: VectorIndexNumber, namespace?: string): Promise<IndexRoom | null> {
    try {
      const state = await findVectorIndex(this.env, index)?.describe();
      if (!state) return null;
      const isUsed = isMigrated(this.ctx.storage);
      if (isUsed && namespace !== undefined && this.#isLeft(namespace)) {
        return { dimensions: state.dimensions, free: 0 };
      }
      const open = isUsed ? this.#tables.mutations().length : 0;
      const taken = state.vectorCount + open * INDEX_LIMITS.batch;
      return { dimensions: state.dimensions, free: Math.max(0, INDEX_LIMITS.vectors - taken) };
    } catch (error) {
      logger.warn("vectors.index.away", { index }, error);
      return null;
    }
  }

  #isLeft(namespace: string): boolean {
    return this.#tables.hasNamespace(namespace) || this.#watched.isLeft(namespace);
  }

  /** Makes one round. Returns the time of the next one; null if nothing is left. */
  async #go(changes: IndexChanges): Promise<number | null> {
    try {
      await changes.go();
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      logger.warn("vectors.index.away", { index: this.#tables.index() ?? -1 }, error);
      return retryAt(this.#failures, Date.now());
    }
    const due = changes.nextDue();
    return due === null ? null : Math.max(due, Date.now() + ROUND_MS);
  }

  #open(): IndexChanges | null {
    const number = this.#tables.index();
    const index = number === null ? null : findVectorIndex(this.env, number);
    if (number === null || index === null) return null;
    this.#changes ??= new IndexChanges({
      storage: this.ctx.storage,
      tables: this.#tables,
      watched: this.#watched,
      number,
      index,
      now: () => Date.now(),
      openShard: (source) => this.#openShard(source),
    });
    return this.#changes;
  }

  #openShard({ projectId, region, storeId, generation, shard }: ShardNames) {
    const stub = () =>
      addressSearchShard(this.env, { projectId, region }, storeId, generation, shard);
    return {
      listOutgoing: (index: VectorIndexNumber, after: number) =>
        withFreshStub(stub, (open) => open.listOutgoing(index, after)),
      readOutgoing: (seqs: readonly number[]) =>
        withFreshStub(stub, (open) => open.readOutgoing(seqs)),
      confirmOutgoing: (seqs: readonly number[]) =>
        withFreshStub(stub, (open) => open.confirmOutgoing(seqs)),
      compareOutgoing: (index: VectorIndexNumber, found: FoundVectors) =>
        withFreshStub(stub, (open) => open.compareOutgoing(index, found)),
    };
  }

  /** Sets the alarm, unless it is set to an earlier time. */
  #arm(at: number): void {
    if (this.#alarmAt <= at) return;
    this.#alarmAt = at;
    void this.ctx.storage.setAlarm(at);
  }
}
