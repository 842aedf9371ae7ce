import createRun from "../../migrations/run/0001_run.sql";
import type { RunId } from "../../src/ids.ts";
import { KERNEL_MIGRATIONS } from "../../src/kernel/rows/kernel-storage.ts";
import type { Migration } from "../../src/kernel/rows/migrate.ts";
import type { Scope } from "../../src/knowledge/scope.ts";
import type { RunFrame } from "../../src/workflow/runs/show-run.ts";

export const RUN_MIGRATIONS: readonly Migration[] = [
  { id: "0001_run", sql: createRun },
  ...KERNEL_MIGRATIONS,
];

export type StoredFrame = RunFrame & {
  readonly scope: Scope;
  readonly fingerprint: string;
  readonly version: number;
  readonly summaryDue: number | null;
  readonly eraseAt: number | null;
  readonly deletedAt: number | null;
};

type Row = {
  id: RunId;
  projectId: Scope["projectId"];
  region: Scope["region"];
  workflow: string;
  workflowVersion: number;
  workflowHash: string;
  metadata: string;
  fingerprint: string;
  version: number;
  summaryDue: number | null;
  eraseAt: number | null;
  deletedAt: number | null;
};

const ADD_FRAME = `INSERT INTO run_frame (id, project_id, region, workflow, workflow_version, workflow_hash, metadata,
    fingerprint, version, summary_due, erase_at, deleted_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, NULL, NULL, NULL)`;
const GET_FRAME = `SELECT id, project_id AS projectId, region, workflow, workflow_version AS workflowVersion,
    workflow_hash AS workflowHash, metadata, fingerprint, version, summary_due AS summaryDue, erase_at AS eraseAt,
    deleted_at AS deletedAt
  FROM run_frame`;
const CHANGED =
  "UPDATE run_frame SET version = version + 1, summary_due = min(coalesce(summary_due, ?1), ?1)";
const SET_SUMMARY_DUE = "UPDATE run_frame SET summary_due = ?";
const SET_ERASE_AT = "UPDATE run_frame SET erase_at = ?";
const MARK_DELETED = `UPDATE run_frame SET deleted_at = ?1, erase_at = ?2, metadata = '{}',
    version = version + 1, summary_due = ?1`;

/** The object's own row, read and written; nothing is decided here. */
export class RunTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The first event of the run makes it known to the read model. */
  add(frame: RunFrame & { readonly scope: Scope; readonly fingerprint: string }): void {
    const { id, scope, workflow, metadata, fingerprint } = frame;
    this.#sql.exec(
      ADD_FRAME,
      id,
      scope.projectId,
      scope.region,
      workflow.name,
      workflow.version,
      workflow.hash,
      JSON.stringify(metadata),
      fingerprint,
    );
  }

  frame(): StoredFrame | null {
    const [row] = this.#sql.exec<Row>(GET_FRAME).toArray();
    if (!row) return null;
    const { projectId, region, workflow, workflowVersion, workflowHash, metadata, ...rest } = row;
    return {
      ...rest,
      scope: { projectId, region },
      workflow: { name: workflow, version: workflowVersion, hash: workflowHash },
      metadata: JSON.parse(metadata),
    };
  }

  /** Stores a new version, whose summary is due at `due` or earlier. */
  changed(due: number): void {
    this.#sql.exec(CHANGED, due);
  }

  setSummaryDue(due: number | null): void {
    this.#sql.exec(SET_SUMMARY_DUE, due);
  }

  setEraseAt(eraseAt: number | null): void {
    this.#sql.exec(SET_ERASE_AT, eraseAt);
  }

  markDeleted(now: number, eraseAt: number): void {
    this.#sql.exec(MARK_DELETED, now, eraseAt);
  }
}
