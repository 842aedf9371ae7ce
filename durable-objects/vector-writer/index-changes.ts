import { logger } from "../../src/platform/logger.ts";
import {
  findProcessed,
  hasEffect,
  type JournalMutation,
  mutationDue,
  nextStep,
  planMutation,
  retryAt,
  type SourceEntries,
  splitMutation,
} from "../../src/retrieval/vectorize/mutation-rules.ts";
import type { ChangeKind } from "../../src/retrieval/vectorize/outgoing.ts";
import { INDEX_LIMITS, IndexRefused } from "../../src/retrieval/vectorize/vector-index.ts";
import { type ChangedVector, nameVectors, readMetadata } from "./changed-vectors.ts";
import type { JournalTables } from "./journal-tables.ts";
import { type LateCheckDeps, LateChecks } from "./late-checks.ts";

/** Mutations that are open at a time: of full batches, 64,000 vectors in the time that one takes. */
const OPEN_MAX = 64;
/** Shards whose changes are looked at in one round. */
const SOURCES_A_ROUND = 100;
/** Time until a shard is asked again that did not answer. */
const SHARD_MS = 5_000;

/** The parts of the object that the changes of an index are made of. */
export type IndexChangesDeps = LateCheckDeps & { readonly tables: JournalTables };

/**
 * Makes the changes of one vector index. What it is about to do is in the journal first, and every step may be repeated:
 * an id always has the same vector, and no shard has a write and a delete open at a time.
 */
export class IndexChanges {
  readonly #deps: IndexChangesDeps;
  readonly #late: LateChecks;

  constructor(deps: IndexChangesDeps) {
    this.#deps = deps;
    this.#late = new LateChecks(deps);
  }

  /** Goes on with all changes as far as it can. Rejects if the index is away. */
  async go(): Promise<void> {
    await this.#observe();
    await this.#check();
    await this.#plan();
    await this.#issue();
    await this.#late.go();
  }

  /** Returns when there is something to do, in milliseconds since the epoch; null if nothing is left. */
  nextDue(): number | null {
    const { tables, watched } = this.#deps;
    const now = this.#deps.now();
    const mutations = tables.mutations().map((one) => mutationDue(one, now));
    const isWaiting = mutations.length === 0 && tables.sources(1).length > 0;
    const shards = isWaiting ? now + SHARD_MS : Infinity;
    const due = Math.min(...mutations, shards, watched.nextDue() ?? Infinity);
    return Number.isFinite(due) ? due : null;
  }

  /** Marks the mutations that the index has processed, and plans those again that it has lost. */
  async #observe(): Promise<void> {
    const { tables, index, storage } = this.#deps;
    if (!tables.mutations().some(({ mutationId, seenAt }) => mutationId && !seenAt)) return;
    const state = await index.describe();
    const now = this.#deps.now();
    storage.transactionSync(() => {
      for (const one of findProcessed(tables.mutations(), state))
        tables.save({ ...one, seenAt: now });
      for (const one of tables.mutations()) {
        if (nextStep(one, now) === "again") this.#repeat(one, now);
      }
    });
  }

  /** Checks the effect of processed mutations. Changes that have it are done; the others are planned again. */
  async #check(): Promise<void> {
    const { tables, index, now } = this.#deps;
    for (const mutation of tables.mutations()) {
      if (nextStep(mutation, now()) !== "check") continue;
      const vectors = await this.#tryShards(mutation, () => this.#read(mutation));
      if (vectors === null) continue;
      const found = await readMetadata(
        index,
        vectors.map(({ id }) => id),
      );
      const wrong = vectors.filter(
        ({ id, metadata }) => !hasEffect(mutation.kind, metadata, found.get(id)),
      );
      await this.#tryShards(mutation, () => this.#confirm(mutation, vectors, wrong));
    }
  }

  /**
   * Calls the shards of a mutation. If one of them does not answer, the mutation waits, and returns null: those of other
   * stores go on.
   */
  async #tryShards<Value>(
    mutation: JournalMutation,
    call: () => Promise<Value>,
  ): Promise<Value | null> {
    try {
      return await call();
    } catch (error) {
      logger.warn("vectors.shard.away", { index: this.#deps.number }, error);
      const now = this.#deps.now();
      const attempts = mutation.attempts + 1;
      const isSeen = mutation.seenAt !== null;
      const later = isSeen ? { seenAt: now } : { dueAt: retryAt(attempts, now) };
      this.#deps.storage.transactionSync(() =>
        this.#deps.tables.save({ ...mutation, attempts, ...later }),
      );
      return null;
    }
  }

  /** Tells the shards of a mutation that the index has it, but for the changes of `wrong`: these are planned again. */
  async #confirm(
    mutation: JournalMutation,
    vectors: readonly ChangedVector[],
    wrong: readonly ChangedVector[],
  ): Promise<void> {
    const { tables, storage, openShard, number, now } = this.#deps;
    const again = Map.groupBy(wrong, ({ source }) => source);
    const isWrong = (source: string, seq: number) =>
      again.get(source)?.some((one) => one.seq === seq) ?? false;
    // Before the shards hear of it, which forget it then.
    storage.transactionSync(() => {
      for (const [source, own] of Map.groupBy(vectors, (vector) => vector.source)) {
        const row = tables.findSource(source);
        if (row) this.#late.begin(row, own);
      }
    });
    for (const { source, seqs } of tables.parts(mutation.id)) {
      const done = seqs.filter((seq) => !isWrong(source, seq));
      const row = tables.findSource(source);
      if (row && done.length > 0) await openShard(row).confirmOutgoing(done);
    }
    if (wrong.length > 0)
      logger.warn("vectors.mutation.lost", { index: number, count: wrong.length });
    storage.transactionSync(() => {
      const parts = tables
        .parts(mutation.id)
        .map(({ source, seqs }) => ({ source, seqs: seqs.filter((seq) => isWrong(source, seq)) }))
        .filter(({ seqs }) => seqs.length > 0);
      tables.drop(mutation.id);
      const attempts = mutation.attempts + 1;
      const later = { attempts, dueAt: retryAt(attempts, now()) };
      if (parts.length > 0) tables.plan({ kind: mutation.kind, parts }, later);
    });
  }

  /** Plans mutations of the changes that the shards have, until enough are open. */
  async #plan(): Promise<void> {
    const { tables, storage, number } = this.#deps;
    if (tables.mutations().length >= OPEN_MAX) return;
    const rows = tables.sources(SOURCES_A_ROUND);
    const lists = await Promise.all(
      rows.map(async (row) => {
        try {
          return await this.#deps.openShard(row).listOutgoing(number, row.plannedTo);
        } catch (error) {
          logger.warn("vectors.shard.away", { storeId: row.storeId, shard: row.shard }, error);
          return null;
        }
      }),
    );
    const open = tables.openKinds();
    const sources = rows.flatMap((row, at) => {
      const entries = lists[at];
      return entries
        ? [{ source: row.name, open: open.get(row.name) ?? new Set<ChangeKind>(), entries }]
        : [];
    });
    storage.transactionSync(() => {
      for (const { source, entries } of sources) {
        const isDone = entries.length === 0 && !open.has(source);
        // A shard that was announced meanwhile has another turn, and stays.
        const isSame = rows.some(
          ({ name, turn }) => name === source && tables.findSource(name)?.turn === turn,
        );
        if (isDone && isSame) tables.dropSource(source);
      }
      this.#planAll(sources);
    });
  }

  #planAll(listed: readonly SourceEntries[]): void {
    const { tables } = this.#deps;
    const now = this.#deps.now();
    let sources = listed;
    for (let count = tables.mutations().length; count < OPEN_MAX; count++) {
      const planned = planMutation(sources, INDEX_LIMITS.batch);
      if (planned === null) return;
      tables.plan(planned, { dueAt: now, attempts: 0 });
      for (const { source, seqs } of planned.parts) {
        const row = tables.findSource(source);
        const plannedTo = seqs.at(-1) ?? 0;
        if (row) tables.putSource({ ...row, plannedTo });
      }
      sources = sources.map((one) => {
        const part = planned.parts.find(({ source }) => source === one.source);
        return part
          ? {
              ...one,
              open: new Set([...one.open, planned.kind]),
              entries: one.entries.slice(part.seqs.length),
            }
          : one;
      });
    }
  }

  /** Makes the planned mutations that are due, in their order. */
  async #issue(): Promise<void> {
    const { tables, storage, now } = this.#deps;
    for (const mutation of tables.mutations()) {
      if (nextStep(mutation, now()) !== "issue") continue;
      const vectors = await this.#tryShards(mutation, () => this.#read(mutation));
      if (vectors === null) continue;
      if (vectors.length === 0) {
        await this.#tryShards(mutation, () => this.#confirm(mutation, [], []));
        continue;
      }
      try {
        const mutationId = await this.#send(mutation, vectors);
        const accepted = { mutationId, acceptedAt: now(), seenAt: null };
        storage.transactionSync(() =>
          tables.save({ ...mutation, ...accepted, place: tables.nextPlace() }),
        );
      } catch (error) {
        storage.transactionSync(() => this.#putOff(mutation, error));
        if (!(error instanceof IndexRefused)) throw error;
      }
    }
  }

  #send({ kind }: JournalMutation, vectors: readonly ChangedVector[]): Promise<string> {
    const { index } = this.#deps;
    // Two changes may be of the same chunk.
    const distinct = new Map(vectors.map((vector) => [vector.id, vector]));
    return kind === "upsert"
      ? index.upsert([...distinct.values()])
      : index.deleteByIds([...distinct.keys()]);
  }

  /** Lets a mutation that has failed wait. One that was refused becomes two, so that others need not wait with it. */
  #putOff(mutation: JournalMutation, error: unknown): void {
    const { tables, number } = this.#deps;
    const now = this.#deps.now();
    const isRefused = error instanceof IndexRefused;
    const { id, kind } = mutation;
    const halves = isRefused ? splitMutation({ kind, parts: tables.parts(id) }) : null;
    if (halves) {
      tables.drop(id);
      for (const half of halves) tables.plan(half, { dueAt: now, attempts: 0 });
      return;
    }
    if (isRefused) logger.failed("vectors.mutation.refused", error, { index: number });
    const attempts = mutation.attempts + 1;
    tables.save({ ...mutation, attempts, dueAt: retryAt(attempts, now) });
  }

  #repeat(mutation: JournalMutation, now: number): void {
    const attempts = mutation.attempts + 1;
    const planned = { mutationId: null, place: 0, acceptedAt: null, seenAt: null };
    this.#deps.tables.save({ ...mutation, ...planned, attempts, dueAt: retryAt(attempts, now) });
  }

  /** Reads the vectors of a mutation from the shards. */
  async #read({ id }: JournalMutation): Promise<ChangedVector[]> {
    const { tables, openShard } = this.#deps;
    const vectors: ChangedVector[] = [];
    for (const { source, seqs } of tables.parts(id)) {
      const row = tables.findSource(source);
      if (row) vectors.push(...nameVectors(row, await openShard(row).readOutgoing(seqs)));
    }
    return vectors;
  }
}
