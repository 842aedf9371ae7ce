import type { ReconcileRequest, Reconciliation } from "../../src/knowledge/reconciliation.ts";
import type { Refusal } from "../../src/refusal.ts";
import { err, ok, type Result } from "../../src/result.ts";
import { dismissFollowers } from "./followers/shard-followers.ts";
import { closeStore } from "./ledger/store-changes.ts";
import { ReconciliationTable } from "./reconcile/reconciliation-table.ts";
import { endReindex } from "./reindex/move-reindex.ts";
import type { StoreLifecycle } from "./store-lifecycle.ts";
import type { StoreParts } from "./store-parts.ts";
import type { StoreRuns } from "./store-runs.ts";

/** Starts the reconciliation of a store's copies, and reads its state. */
export class StoreReconciler {
  readonly #table: ReconciliationTable;
  readonly #parts: StoreParts;
  readonly #runs: StoreRuns;
  readonly #lifecycle: StoreLifecycle;

  constructor(
    { storage }: DurableObjectState,
    parts: StoreParts,
    runs: StoreRuns,
    lifecycle: StoreLifecycle,
  ) {
    this.#table = new ReconciliationTable(storage.sql);
    this.#parts = parts;
    this.#runs = runs;
    this.#lifecycle = lifecycle;
  }

  /**
   * Starts a reconciliation, unless one is going on, and returns its state. A deletion that the catalog knows and this
   * object does not is carried out first. Refuses if the store was never created.
   */
  async start({ files, record }: ReconcileRequest): Promise<Result<Reconciliation, Refusal>> {
    if (!this.#lifecycle.exists()) return err(this.#lifecycle.refuseAbsent());
    this.#runs.change((change) => {
      const { store } = change;
      const isNewer = record !== null && record.version >= store.version;
      if (isNewer && record.isDeleted) closeStore(change, "deleted");
      // Lists keep the summary with the highest version.
      if (isNewer) store.version = record.version + 1;
      const last = this.#table.read();
      if (last && last.completedAt === null) return;
      endReindex(this.#parts, change);
      // They may have copied what a restored shard has lost.
      dismissFollowers(this.#parts.tables, change, this.#parts.tables.followers.list());
      this.#table.start(files, change.now);
      change.commands.push({ kind: "reconcile" });
    });
    await this.#runs.summary.writeNow();
    const state = this.read();
    return state ? ok(state) : err(this.#lifecycle.refuseAbsent());
  }

  /** Reads the state of the last reconciliation; null if there was none. */
  read(): Reconciliation | null {
    return this.#lifecycle.exists() ? this.#table.read() : null;
  }
}
