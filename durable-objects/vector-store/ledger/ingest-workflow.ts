import { z } from "zod";

import type { FileId } from "../../../src/ids.ts";
import type { IngestMessage } from "../../../src/ingest/ingest-types.ts";
import type { RunStart } from "../../../src/kernel/ledger/run-ledger.ts";
import type { PinnedWorkflow } from "../../../src/kernel/rules/pinned-workflow.ts";
import type { SettledRun } from "../../../src/kernel/rules/run/run-view.ts";
import type { StepClaim, StepOutcome } from "../../../src/kernel/rules/step-handler.ts";
import { INGEST_FILE, INGEST_WORKFLOW } from "../../../src/workflow/built-in/ingest.ts";
import { toDefinition } from "../../../src/workflow/compile/to-definition.ts";
import type { VectorStoreFiles } from "../tables/attachments.ts";
import { readStoreScope, type StoreRow } from "../tables/store-tables.ts";
import { toAttached } from "./view-file.ts";

/** The built-in workflow that indexes a file, in one step. */
export const INGEST = toDefinition("ingest", INGEST_WORKFLOW);

/**
 * Minimum time that a queue consumer has to report the outcome of indexing a file after it received the message, in
 * milliseconds.
 */
export const INGEST_WORK_MS = 60_000;
/**
 * Length of the lease of a file that was sent to the queue, in milliseconds. If no outcome is reported by then, the
 * file is sent again. A message that waited in the queue for less than the difference to `INGEST_WORK_MS` leaves its
 * consumer enough time without a renewal of the lease.
 */
export const INGEST_LEASE_MS = 75_000;
/**
 * Maximum number of files of one store that are in the queue or at a consumer. Further files wait in the store's
 * object, so that one store does not fill the queue.
 */
export const INGEST_IN_FLIGHT_MAX = 200;

/** One version of an attached file. Each attach makes a new version. */
type FileVersion = { readonly fileId: FileId; readonly version: number };

const IngestInput: z.ZodType<FileVersion> = z.object({
  fileId: z.custom<FileId>((value) => typeof value === "string"),
  version: z.number(),
});

/** Makes the id of the run that indexes a version of a file. */
export const ingestRunId = ({ fileId, version }: FileVersion) => `ingest/${fileId}/${version}`;

/** Parses the input of a run that indexes a file. Throws if it is the input of another kind of run. */
export const readIngestInput = (input: unknown) => IngestInput.parse(input);

/** Version of the JSON in ingest_workflow. */
const VERSION = 1;
const READ = `SELECT body FROM ingest_workflow WHERE version = ${VERSION}`;
const SAVE = `INSERT OR REPLACE INTO ingest_workflow (singleton, version, body) VALUES (1, ${VERSION}, ?)`;

/** The workflow by which a store indexes files: the built-in one, or the project's own. */
export class IngestWorkflow {
  readonly #sql: SqlStorage;
  readonly #files: VectorStoreFiles;

  constructor(sql: SqlStorage, files: VectorStoreFiles) {
    this.#sql = sql;
    this.#files = files;
  }

  /**
   * Sets the workflow for files that are attached from now on; null for the built-in one. Open runs keep their
   * workflow.
   */
  use(workflow: PinnedWorkflow | null): void {
    const body = workflow && JSON.stringify(workflow);
    if (body === this.#read()) return;
    if (body === null) this.#sql.exec("DELETE FROM ingest_workflow");
    else this.#sql.exec(SAVE, body);
  }

  /** Tests whether the store indexes files by a workflow of the project, and not by the built-in one. */
  isOwn(): boolean {
    return this.#read() !== null;
  }

  /**
   * Makes the command that starts the run which indexes a file. For a project's own workflow, the input of the run has
   * more details of the file.
   */
  makeRun({ fileId, version }: FileVersion, storeId: string): RunStart {
    const body = this.#read();
    const id = ingestRunId({ fileId, version });
    if (body === null) return { id, definition: INGEST, input: { fileId, version } };
    // Only `use` writes this column.
    const { definition, workflows }: PinnedWorkflow = JSON.parse(body);
    const file = this.#files.find(fileId);
    const input = {
      fileId,
      version,
      file_id: fileId,
      vector_store_id: storeId,
      filename: file?.filename ?? "",
      bytes: file?.bytes ?? 0,
      attributes: file ? toAttached(file).attributes : {},
    };
    return { id, definition, workflows, input };
  }

  #read(): string | null {
    return this.#sql.exec<{ body: string }>(READ).toArray()[0]?.body ?? null;
  }
}

/**
 * Makes queue messages from claimed steps of the type `ingest.file@1`, which tell a consumer to index a file. A claimed
 * step that is not in a top-level run for a file, such as a step of a sub-workflow, cannot work: its lease is returned
 * in `misplaced`.
 */
export function makeIngestMessages(store: StoreRow, claims: readonly StepClaim[]) {
  const messages: { body: IngestMessage }[] = [];
  const misplaced: string[] = [];
  const [scope, storeId] = [readStoreScope(store), store.id];
  for (const { lease, input } of claims) {
    const file = IngestInput.safeParse(input);
    if (file.success) messages.push({ body: { v: 1, scope, storeId, lease, ...file.data } });
    else misplaced.push(lease);
  }
  return { messages, misplaced };
}

/** The failure of an `ingest.file@1` step in a sub-workflow, where it cannot work. */
export const MISPLACED: StepOutcome = {
  kind: "failed",
  message:
    "Only the top-level workflow of a file can index it. Move this step out of the sub-workflow",
};

/** Explains why a run that should index a file ended without doing so; null if the run was cancelled. */
export function explainNotIndexed(run: SettledRun): string | null {
  switch (run.status) {
    case "cancelled":
      return null;
    case "failed": {
      if (!run.error) return "no attempt succeeded";
      const { step, message } = run.error;
      return run.definition.steps[step]?.use === INGEST_FILE ? message : `${step}: ${message}`;
    }
    case "completed":
      return `the workflow ${run.name} ended without indexing it`;
  }
}
