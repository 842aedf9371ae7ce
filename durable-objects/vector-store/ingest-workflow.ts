import type { FileId } from "../../src/ids.ts";
import type { RunStart } from "../../src/kernel/ledger/run-ledger.ts";
import type { PinnedWorkflow } from "../../src/kernel/rules/pinned-workflow.ts";
import type { SettledRun } from "../../src/kernel/rules/run/run-view.ts";
import { INGEST_FILE } from "../../src/workflow/built-in/ingest.ts";
import { type Attachment, attachedOf } from "./attachments.ts";
import { INGEST, ingestRunId } from "./ingestion.ts";

/** Of the JSON in ingest_workflow. */
const VERSION = 1;
const READ = `SELECT body FROM ingest_workflow WHERE version = ${VERSION}`;
const SAVE = `INSERT OR REPLACE INTO ingest_workflow (singleton, version, body) VALUES (1, ${VERSION}, ?)`;

/** The workflow that indexes files: the built-in one, or the project's own in its place. */
export class IngestWorkflow {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Files that are attached from now on go by this one; those under way keep theirs. */
  use(workflow: PinnedWorkflow | null): void {
    const body = workflow && JSON.stringify(workflow);
    if (body === this.#read()) return;
    if (body === null) this.#sql.exec("DELETE FROM ingest_workflow");
    else this.#sql.exec(SAVE, body);
  }

  /** Whether the project has put its own in the built-in one's place. */
  isOwn(): boolean {
    return this.#read() !== null;
  }

  runOf(fileId: FileId, version: number, file: Attachment | null, storeId: string): RunStart {
    const body = this.#read();
    const id = ingestRunId(fileId, version);
    if (body === null) return { id, definition: INGEST, input: { fileId, version } };
    // Only `use` writes it.
    const { definition, workflows }: PinnedWorkflow = JSON.parse(body);
    const input = {
      fileId,
      version,
      file_id: fileId,
      vector_store_id: storeId,
      filename: file?.filename ?? "",
      bytes: file?.bytes ?? 0,
      attributes: file ? attachedOf(file).attributes : {},
    };
    return { id, definition, workflows, input };
  }

  #read(): string | null {
    return this.#sql.exec<{ body: string }>(READ).toArray()[0]?.body ?? null;
  }
}

/** Why a run that has ended left its file without an index; null when it is not to be indexed any more. */
export function notIndexedBecause(run: SettledRun): string | null {
  switch (run.status) {
    case "cancelled":
      return null;
    case "failed": {
      if (!run.error) return "it was tried too often";
      const { step, message } = run.error;
      return run.definition.steps[step]?.use === INGEST_FILE ? message : `${step}: ${message}`;
    }
    case "completed":
      return `the workflow ${run.name} ended without indexing it`;
  }
}
