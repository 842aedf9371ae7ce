import createRun from "../../migrations/run/0001_run.sql";
import {
  columns,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  toJson,
} from "../../src/columns.ts";
import type { ProjectId } from "../../src/ids.ts";
import { KERNEL_MIGRATIONS } from "../../src/kernel/rows/kernel-storage.ts";
import type { Migration } from "../../src/kernel/rows/migrate.ts";
import type { Region, Scope } from "../../src/knowledge/scope.ts";
import type { RunFrame } from "../../src/workflow/runs/show-run.ts";

/** The SQL migrations of the tables of a run object. */
export const RUN_MIGRATIONS: readonly Migration[] = [
  { id: "0001_run", sql: createRun },
  ...KERNEL_MIGRATIONS,
];

/**
 * The row with the properties of a run that the kernel does not store, and the times at which its object must write the
 * run's summary to D1 and erase the run, in milliseconds since the epoch.
 */
export type StoredFrame = RunFrame & {
  readonly scope: Scope;
  readonly fingerprint: string;
  readonly version: number;
  readonly summaryDue: number | null;
  readonly eraseAt: number | null;
  readonly deletedAt: number | null;
};

/** The columns of the table with the one row of `StoredFrame`. */
export const FRAME = columns("run_frame", {
  id: text<RunFrame["id"]>(),
  projectId: text<ProjectId>(),
  region: text<Region>(),
  workflow: text(),
  workflowVersion: integer(),
  workflowHash: text(),
  metadata: json<RunFrame["metadata"]>(),
  fingerprint: text(),
  version: integer(),
  summaryDue: nullable(integer()),
  eraseAt: nullable(integer()),
  deletedAt: nullable(integer()),
});

const ADD_FRAME = `INSERT INTO run_frame (${FRAME.names}) VALUES (${FRAME.marks})`;
const GET_FRAME = `SELECT ${FRAME.select()} FROM run_frame`;
const CHANGED =
  "UPDATE run_frame SET version = version + 1, summary_due = min(coalesce(summary_due, ?1), ?1)";
const SET_SUMMARY_DUE = "UPDATE run_frame SET summary_due = ?";
const SET_ERASE_AT = "UPDATE run_frame SET erase_at = ?";
const MARK_DELETED = `UPDATE run_frame SET deleted_at = ?1, erase_at = ?2, metadata = '{}',
    version = version + 1, summary_due = ?1`;

/** Reads and writes the one row that a run's object stores besides the kernel's tables. It makes no decisions. */
export class RunTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Stores the row of a new run. */
  add(frame: RunFrame & { readonly scope: Scope; readonly fingerprint: string }): void {
    const { id, scope, workflow, metadata, fingerprint } = frame;
    const row = FRAME.bind({
      id,
      projectId: scope.projectId,
      region: scope.region,
      workflow: workflow.name,
      workflowVersion: workflow.version,
      workflowHash: workflow.hash,
      metadata: toJson(metadata),
      fingerprint,
      version: 0,
      summaryDue: null,
      eraseAt: null,
      deletedAt: null,
    });
    this.#sql.exec(ADD_FRAME, ...row);
  }

  /** Reads the object's own row about its run; null before the run is started. */
  frame(): StoredFrame | null {
    const [row] = this.#sql.exec<RowOf<typeof FRAME>>(GET_FRAME).toArray();
    if (!row) return null;
    const { projectId, region, workflow, workflowVersion, workflowHash, metadata, ...rest } = row;
    return {
      ...rest,
      scope: { projectId, region },
      workflow: { name: workflow, version: workflowVersion, hash: workflowHash },
      metadata: parseJson(metadata),
    };
  }

  /**
   * Records that the run has changed, so that its summary (its row in the lists of D1) must be written again:
   * increments the summary's version, and sets the time of the write to `due` (milliseconds since the epoch), unless an
   * earlier time is set.
   */
  changed(due: number): void {
    this.#sql.exec(CHANGED, due);
  }

  /**
   * Sets when the run's summary is written to D1, in milliseconds since the epoch; null if D1 has its newest version.
   */
  setSummaryDue(due: number | null): void {
    this.#sql.exec(SET_SUMMARY_DUE, due);
  }

  /** Sets when the run is erased, in milliseconds since the epoch; null to keep it. */
  setEraseAt(eraseAt: number | null): void {
    this.#sql.exec(SET_ERASE_AT, eraseAt);
  }

  /**
   * Marks the run as deleted at `now` and erases its metadata. The object erases the rest at `eraseAt`. Both are in
   * milliseconds since the epoch.
   */
  markDeleted(now: number, eraseAt: number): void {
    this.#sql.exec(MARK_DELETED, now, eraseAt);
  }
}
