import type { ReconcileRequest, Reconciliation } from "../../src/knowledge/reconciliation.ts";
import { notFound, type Refusal } from "../../src/refusal.ts";
import { err, ok, type Result } from "../../src/result.ts";
import { ReconciliationTable } from "./reconcile/reconciliation-table.ts";
import { closeStore } from "./store-changes.ts";
import type { StoreLifecycle } from "./store-lifecycle.ts";
import type { StoreParts, StoreRuns } from "./store-runs.ts";

/** Starts the reconciliation of a store's copies, and reads its state. */
export class StoreReconciler {
  readonly #ctx: DurableObjectState;
  readonly #parts: StoreParts;
  readonly #runs: StoreRuns;
  readonly #lifecycle: StoreLifecycle;

  constructor(
    ctx: DurableObjectState,
    parts: StoreParts,
    runs: StoreRuns,
    lifecycle: StoreLifecycle,
  ) {
    this.#ctx = ctx;
    this.#parts = parts;
    this.#runs = runs;
    this.#lifecycle = lifecycle;
  }

  /**
   * Starts a reconciliation, unless one is going on, and returns its state. A deletion that the catalog knows and this
   * object does not is carried out first. Refuses if the store was never created.
   */
  async start({ files, record }: ReconcileRequest): Promise<Result<Reconciliation, Refusal>> {
    if (!this.#lifecycle.exists()) return this.#absent();
    this.#runs.change((change) => {
      const { store } = change;
      const isNewer = record !== null && record.version >= store.version;
      if (isNewer && record.isDeleted) closeStore(change, "deleted");
      // Lists keep the summary with the highest version.
      if (isNewer) store.version = record.version + 1;
      const last = this.#table().read();
      if (last && last.completedAt === null) return;
      this.#table().start(files, change.now);
      change.commands.push({ kind: "reconcile" });
    });
    await this.#runs.summary.writeNow();
    return this.read();
  }

  /** Reads the last reconciliation. Refuses if there was none. */
  read(): Result<Reconciliation, Refusal> {
    const last = this.#lifecycle.exists() ? this.#table().read() : null;
    if (last === null) return this.#absent();
    return ok({ storeId: this.#parts.tables.readStore().id, ...last });
  }

  #table(): ReconciliationTable {
    return new ReconciliationTable(this.#ctx.storage.sql);
  }

  #absent(): Result<Reconciliation, Refusal> {
    return err(notFound("vector store", this.#ctx.id.name?.split(":").at(-1) ?? ""));
  }
}
