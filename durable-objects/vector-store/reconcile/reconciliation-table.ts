import { columns, integer, nullable, type RowOf, text } from "../../../src/columns.ts";
import type { VersionBounds } from "../../../src/ingest/reconcile/decide-file.ts";
import type {
  ReconciledFiles,
  Reconciliation,
  ReconciliationCounts,
} from "../../../src/knowledge/reconciliation.ts";

/** The columns of the table with the last reconciliation of the store, of one row at most. */
export const RECONCILIATION = columns(
  "reconciliation",
  {
    files: text<ReconciledFiles>(),
    startedAt: integer(),
    completedAt: nullable(integer()),
    knownVersion: nullable(integer()),
    floorVersion: nullable(integer()),
    checked: integer(),
    indexed: integer(),
    attached: integer(),
    detached: integer(),
    purged: integer(),
    catalogued: integer(),
  },
  ["singleton"],
);
const STARTED = RECONCILIATION.pick("files", "startedAt");

const READ = `SELECT ${RECONCILIATION.select()} FROM reconciliation`;
const START = `INSERT OR REPLACE INTO reconciliation (singleton, ${STARTED.names})
  VALUES (1, ${STARTED.marks})`;
const BOUND = "UPDATE reconciliation SET known_version = ?, floor_version = ?";
const RECHECK = "UPDATE reconciliation SET checked = 0";
const COMPLETE = "UPDATE reconciliation SET completed_at = ?";

/** Reads and writes the state of the store's last reconciliation. */
export class ReconciliationTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads the last reconciliation; null if there was none. */
  read(): Reconciliation | null {
    const row = this.#row();
    if (row === null) return null;
    const { files, startedAt, completedAt, ...rest } = row;
    const { knownVersion: _known, floorVersion: _floor, ...counts } = rest;
    return { files, startedAt, completedAt, counts };
  }

  /** Replaces the last reconciliation by one that begins at `startedAt` (Unix seconds). */
  start(files: ReconciledFiles, startedAt: number): void {
    this.#sql.exec(START, ...STARTED.bind({ files, startedAt }));
  }

  /** Reads the bounds of versions that were stored first; null before that. */
  bounds(): VersionBounds | null {
    const row = this.#row();
    if (!row || row.knownVersion === null || row.floorVersion === null) return null;
    return { known: row.knownVersion, floor: row.floorVersion };
  }

  /** Stores the bounds of versions, by which also a repetition of the work compares copies. */
  setBounds({ known, floor }: VersionBounds): void {
    this.#sql.exec(BOUND, known, floor);
  }

  /** Sets the number of checked files to 0, at the beginning of the work and of each repetition. */
  recheck(): void {
    this.#sql.exec(RECHECK);
  }

  /** Adds one to the number of files of a kind. */
  count(kind: keyof ReconciliationCounts, files = 1): void {
    this.#sql.exec(`UPDATE reconciliation SET ${kind} = ${kind} + ?`, files);
  }

  /** Marks the reconciliation as completed at `now` (Unix seconds). */
  complete(now: number): void {
    this.#sql.exec(COMPLETE, now);
  }

  #row(): RowOf<typeof RECONCILIATION> | null {
    return this.#sql.exec<RowOf<typeof RECONCILIATION>>(READ).toArray()[0] ?? null;
  }
}
