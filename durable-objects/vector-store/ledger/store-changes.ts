import type { FileId } from "../../../src/ids.ts";
import type { StorePhase } from "../../../src/knowledge/store-view.ts";
import { SUMMARY_DELAY_MS } from "../../summary-outbox.ts";
import type { FileBatches } from "../tables/file-batches.ts";
import type { StoreRow, VectorStoreTables } from "../tables/store-tables.ts";
import { CountChanges } from "./count-changes.ts";

/** A version of an attached file that is copied to the generation `generation`. */
export type CopyVersion = {
  readonly fileId: FileId;
  readonly version: number;
  readonly generation: number;
};

/**
 * A command to the kernel that follows from a change of the store: start or stop indexing a file, purge the chunks of
 * detached files, erase the store, place its vectors, tell the followers of its shards, reconcile its copies, build,
 * compare and erase generations, or split its search shards. `StoreRuns` executes it at the end of the change's
 * transaction.
 */
export type KernelCommand =
  | { readonly kind: "ingest"; readonly fileId: FileId; readonly version: number }
  | { readonly kind: "stop_ingest"; readonly fileId: FileId; readonly version: number }
  | ({ readonly kind: "copy" | "stop_copy" } & CopyVersion)
  | { readonly kind: "build" | "compare" | "erase_generation" }
  | { readonly kind: "split" | "switch_split" }
  | { readonly kind: "purge" }
  | { readonly kind: "erase" }
  | { readonly kind: "place" }
  | { readonly kind: "follow" }
  | { readonly kind: "reconcile" };

/**
 * A change of the store inside a transaction: the store's row and the pending changes of counts, both in memory until
 * the end of the transaction, and the commands to the kernel so far.
 */
export type StoreChange = {
  readonly store: StoreRow;
  readonly commands: KernelCommand[];
  readonly counts: CountChanges;
  /** The time of the change, in Unix seconds. */
  readonly now: number;
};

/**
 * An object that makes changes of a store in transactions. A change that is made during another joins its transaction.
 */
export interface ChangesStore {
  change<Value>(apply: (change: StoreChange) => Value): Value;
}

/** Opens the transactions that change the store's row. */
export class StoreChanges {
  readonly #storage: DurableObjectStorage;
  readonly #tables: VectorStoreTables;
  readonly #batches: FileBatches;
  #open: StoreChange | null = null;

  constructor(storage: DurableObjectStorage, tables: VectorStoreTables, batches: FileBatches) {
    this.#storage = storage;
    this.#tables = tables;
    this.#batches = batches;
  }

  /**
   * The change whose transaction is open; null if there is none. A change that is made during it, as when the kernel
   * settles a run, uses its row.
   */
  get open(): StoreChange | null {
    return this.#open;
  }

  /** Reads the store's row; during a change, the row with the changes so far. */
  row(): StoreRow {
    return this.#open?.store ?? this.#tables.readStore();
  }

  /**
   * Runs `apply` in a transaction that gives the store's row a new version and writes the row once, at the end. Also
   * schedules the write of the store's summary to D1, by which lists show the store.
   */
  run<Value>(apply: (change: StoreChange) => Value): Value {
    try {
      return this.#storage.transactionSync(() => {
        const store = this.#tables.readStore();
        const now = Date.now();
        const counts = new CountChanges();
        this.#open = { store, commands: [], counts, now: Math.floor(now / 1000) };
        store.version++;
        // Set before `apply`, which sets the alarm for this time.
        store.summaryDue ??= now + SUMMARY_DELAY_MS;
        const value = apply(this.#open);
        counts.write(this.#batches, this.#tables);
        this.#tables.saveStore(store);
        return value;
      });
    } finally {
      this.#open = null;
    }
  }
}

/** Ends the store as deleted or expired. Its content cannot be read after that, and a run of the kernel erases it. */
export function closeStore(
  { store, commands }: StoreChange,
  phase: Exclude<StorePhase, "live">,
): void {
  if (store.phase === "live") commands.push({ kind: "erase" });
  store.phase = phase;
  store.contentVersion++;
  store.usageBytes = 0;
  store.otherUsageBytes = 0;
  store.otherGeneration = null;
  store.in_progress = 0;
  store.completed = 0;
  store.failed = 0;
  store.cancelled = 0;
}
