import createStore from "../../migrations/vector-store/0001_store.sql";
import createIngestWorkflow from "../../migrations/vector-store/0002_ingest_workflow.sql";
import indexTombstones from "../../migrations/vector-store/0003_tombstone_to_forget.sql";
import addTakes from "../../migrations/vector-store/0004_takes.sql";
import createDetached from "../../migrations/vector-store/0005_detached.sql";
import createReconciliation from "../../migrations/vector-store/0006_reconciliation.sql";
import addWarnings from "../../migrations/vector-store/0007_warnings.sql";
import writeFewerRows from "../../migrations/vector-store/0008_fewer_rows.sql";
import addPlacement from "../../migrations/vector-store/0010_placement.sql";
import addGenerations from "../../migrations/vector-store/0011_generations.sql";
import addSplits from "../../migrations/vector-store/0012_splits.sql";
import addFollowers from "../../migrations/vector-store/0013_followers.sql";
import addVerbatim from "../../migrations/vector-store/0014_verbatim.sql";
import { KERNEL_MIGRATIONS } from "../../src/kernel/rows/kernel-storage.ts";
import { isMigrated, migrate } from "../../src/kernel/rows/migrate.ts";
import type { StoreInit, StoreSettings } from "../../src/knowledge/vector-store-types.ts";
import { notFound, type Refusal } from "../../src/refusal.ts";
import { err, ok, type Result } from "../../src/result.ts";
import { closeStore } from "./ledger/store-changes.ts";
import type { StoreRuns } from "./store-runs.ts";
import { newStoreRow, type StoreRow, type VectorStoreTables } from "./tables/store-tables.ts";

const MIGRATIONS = [
  { id: "0001_store", sql: createStore },
  ...KERNEL_MIGRATIONS,
  { id: "0002_ingest_workflow", sql: createIngestWorkflow },
  { id: "0003_tombstone_to_forget", sql: indexTombstones },
  { id: "0004_takes", sql: addTakes },
  { id: "0005_detached", sql: createDetached },
  { id: "0006_reconciliation", sql: createReconciliation },
  { id: "0007_warnings", sql: addWarnings },
  { id: "0008_fewer_rows", sql: writeFewerRows },
  { id: "0010_placement", sql: addPlacement },
  { id: "0011_generations", sql: addGenerations },
  { id: "0012_splits", sql: addSplits },
  { id: "0013_followers", sql: addFollowers },
  { id: "0014_verbatim", sql: addVerbatim },
];

/** Searches update `last_active_at` at most this often, so that most searches write nothing. */
const ACTIVITY_SECONDS = 60;

/** Applies the SQL migrations of a vector store object, if it was ever created. Call this before the kernel is made. */
export function migrateStore(storage: DurableObjectStorage): void {
  if (isMigrated(storage)) migrate(storage, MIGRATIONS);
}

/**
 * Creates, changes, expires and deletes the store. Each change of a client is written to the lists in D1 before the
 * client gets its answer.
 */
export class StoreLifecycle {
  readonly #ctx: DurableObjectState;
  readonly #tables: VectorStoreTables;
  readonly #runs: StoreRuns;
  #exists: boolean;

  constructor(ctx: DurableObjectState, tables: VectorStoreTables, runs: StoreRuns) {
    this.#ctx = ctx;
    this.#tables = tables;
    this.#runs = runs;
    this.#exists = isMigrated(ctx.storage);
  }

  /** Tests whether the store was ever created, also if it is deleted by now. */
  exists(): boolean {
    return this.#exists;
  }

  /** Creates the store; a repeated call changes nothing. `keep` stores more in the same transaction. */
  async create(init: StoreInit, keep: () => void = () => {}): Promise<void> {
    if (this.#exists) return;
    this.#ctx.storage.transactionSync(() => {
      migrate(this.#ctx.storage, MIGRATIONS);
      this.#tables.saveStore(newStoreRow(init, Math.floor(Date.now() / 1000)));
      keep();
      this.#runs.kernel.arm();
    });
    this.#exists = true;
    await this.#runs.summary.writeNow();
  }

  /** Changes the store's settings. This counts as a use, which postpones the expiry. */
  async update(changes: Partial<StoreSettings>): Promise<Result<StoreRow, Refusal>> {
    const live = this.readLive();
    if (!live.ok) return live;
    this.#runs.change(({ store, now }) => {
      store.name = changes.name ?? store.name;
      if (changes.metadata) store.metadata = JSON.stringify(changes.metadata);
      if (changes.expiresAfterDays !== undefined) store.expiresDays = changes.expiresAfterDays;
      store.lastActiveAt = now;
    });
    await this.#runs.summary.writeNow();
    return this.readExisting();
  }

  /**
   * Reads the row of a store for a search for the questions `asked`, like `readLive`. This counts as a use, which
   * postpones the expiry.
   */
  readUsed(asked: readonly string[]): Result<StoreRow, Refusal> {
    const live = this.readLive();
    if (live.ok) this.#runs.noteQuestions(asked);
    const now = Math.floor(Date.now() / 1000);
    if (live.ok && now - live.value.lastActiveAt >= ACTIVITY_SECONDS) {
      this.#runs.change(({ store }) => (store.lastActiveAt = now));
    }
    return live;
  }

  /** Deletes the store. Its content cannot be read after that, and a run of the kernel erases it. */
  async remove(): Promise<Result<null, Refusal>> {
    const store = this.readExisting();
    if (!store.ok) return store;
    this.#runs.change((change) => closeStore(change, "deleted"));
    await this.#runs.summary.writeNow();
    return ok(null);
  }

  /** Reads the store's row. Refuses, without writing, if the store was never created or is deleted. */
  readExisting(): Result<StoreRow, Refusal> {
    const store = this.#exists ? this.#tables.readStore() : null;
    if (store && store.phase !== "deleted") return ok(store);
    return err(this.refuseAbsent());
  }

  /** Returns the refusal of a call to a store that was never created or is deleted. */
  refuseAbsent(): Refusal {
    return notFound("vector store", this.#ctx.id.name?.split(":").at(-1) ?? "");
  }

  /**
   * Reads the row of a store that can be used. Refuses if the store is deleted or has expired. Ends the store first if
   * its expiry has just passed.
   */
  readLive(): Result<StoreRow, Refusal> {
    const store = this.readExisting();
    if (!store.ok || !this.#runs.expireIfDue(store.value)) return store;
    const message = `The vector store '${store.value.id}' has expired. Create a new one and attach the files again.`;
    return err({ code: "vector_store_expired", message });
  }
}
