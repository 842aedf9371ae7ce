/** The files that a reconciliation indexes again: those whose copies differ, or all that are indexed. */
export const RECONCILED_FILES = ["different", "all"] as const;
/** A member of `RECONCILED_FILES`. */
export type ReconciledFiles = (typeof RECONCILED_FILES)[number];

/** The numbers of files that a reconciliation has checked, and that it has changed in each way. */
export type ReconciliationCounts = {
  /** Attached files that were compared with their copies. */
  readonly checked: number;
  /** Attached files that are indexed again. */
  readonly indexed: number;
  /** Files that only newer copies knew, and that are attached again. */
  readonly attached: number;
  /** Attached files that no longer exist, or that newer copies know as detached. */
  readonly detached: number;
  /** Copies of chunks that belong to no attached file, and that are erased. */
  readonly purged: number;
  /** Files whose row in the catalog was missing, and was written again. */
  readonly catalogued: number;
};

/**
 * The last reconciliation of a vector store, which brings its copies in line after one of them was restored: the
 * store's object, its search shards, the catalog, the corpus databases and R2. Times are Unix seconds; `completedAt` is
 * null while it goes on.
 */
export type Reconciliation = {
  readonly files: ReconciledFiles;
  readonly startedAt: number;
  readonly completedAt: number | null;
  readonly counts: ReconciliationCounts;
};

/**
 * A request to reconcile a vector store, with the version and the state that the catalog has recorded of it. `record`
 * is null if the catalog does not know the store.
 */
export type ReconcileRequest = {
  readonly files: ReconciledFiles;
  readonly record: { readonly version: number; readonly isDeleted: boolean } | null;
};
