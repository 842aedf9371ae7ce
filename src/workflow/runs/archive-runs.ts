/** Runs stay in the catalog database while it is smaller than this, in bytes: half of what D1 allows. */
export const ARCHIVE_FROM_BYTES = 5_000_000_000;
/** Time for which a run stays there after its end, in milliseconds: a day. */
export const ARCHIVE_AFTER_MS = 24 * 60 * 60_000;
/** Runs that are moved at once, and how often in one sweep. */
const PAGE = 100;
const PAGES_MAX = 50;

/** The dependencies of `archiveRuns`. `Run` is a run in a form that only these know. */
export type ArchiveRunsDeps<Run> = {
  /** Reads the size of the catalog database in bytes. */
  readSize(): Promise<number>;
  /** Lists at most `limit` runs that ended before `endedBefore` (milliseconds since the epoch), oldest first. */
  listEnded(endedBefore: number, limit: number): Promise<readonly Run[]>;
  /** Stores runs in the archive, also repeatedly. Returns false if no database has room. */
  store(runs: readonly Run[]): Promise<boolean>;
  /** Removes runs from the catalog, except those that have changed since they were listed. */
  drop(runs: readonly Run[]): Promise<void>;
};

/**
 * Moves the list entries of runs that ended some time ago from the catalog database to the corpus databases, if the
 * catalog is large: it is one database and cannot grow beyond D1's limit, while corpus databases can be added. Lists
 * read both. An interrupted move is repeated.
 */
export async function archiveRuns<Run>(deps: ArchiveRunsDeps<Run>, now: number): Promise<void> {
  if ((await deps.readSize()) < ARCHIVE_FROM_BYTES) return;
  for (let page = 0; page < PAGES_MAX; page++) {
    const runs = await deps.listEnded(now - ARCHIVE_AFTER_MS, PAGE);
    if (runs.length === 0 || !(await deps.store(runs))) return;
    await deps.drop(runs);
    if (runs.length < PAGE) return;
  }
}
