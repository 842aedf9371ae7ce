import { z } from "zod";

import type { FileId } from "../../src/ids.ts";
import type { IngestMessage } from "../../src/ingest/ingest-types.ts";
import type { RunStart } from "../../src/kernel/ledger/run-ledger.ts";
import type { PinnedWorkflow } from "../../src/kernel/rules/pinned-workflow.ts";
import type { SettledRun } from "../../src/kernel/rules/run/run-view.ts";
import type { StepClaim, StepOutcome } from "../../src/kernel/rules/step-handler.ts";
import { INGEST_FILE, INGEST_WORKFLOW } from "../../src/workflow/built-in/ingest.ts";
import { toDefinition } from "../../src/workflow/compile/to-definition.ts";
import { attachedOf, type VectorStoreFiles } from "./attachments.ts";
import { scopeOf, type StoreRow } from "./store-tables.ts";

export const INGEST = toDefinition("ingest", INGEST_WORKFLOW);

/** A file that is sent out and not reported on within this time is sent out again. */
export const INGEST_LEASE_MS = 60_000;
/** Files of one store in the queue or with a consumer. More wait in the store, so that no store fills the queue. */
export const INGEST_IN_FLIGHT_MAX = 200;

/** A file as it is attached now; after the next attach its version is another. */
type FileVersion = { readonly fileId: FileId; readonly version: number };

const IngestInput: z.ZodType<FileVersion> = z.object({
  fileId: z.custom<FileId>((value) => typeof value === "string"),
  version: z.number(),
});

export const ingestRunId = ({ fileId, version }: FileVersion) => `ingest/${fileId}/${version}`;

/** Reads which file an ingestion run indexes. */
export const readIngestInput = (input: unknown) => IngestInput.parse(input);

/** Version of the JSON in ingest_workflow. */
const VERSION = 1;
const READ = `SELECT body FROM ingest_workflow WHERE version = ${VERSION}`;
const SAVE = `INSERT OR REPLACE INTO ingest_workflow (singleton, version, body) VALUES (1, ${VERSION}, ?)`;

/** The workflow that indexes files: the built-in one, or the project's own in its place. */
export class IngestWorkflow {
  readonly #sql: SqlStorage;
  readonly #files: VectorStoreFiles;

  constructor(sql: SqlStorage, files: VectorStoreFiles) {
    this.#sql = sql;
    this.#files = files;
  }

  /** Indexes files by `workflow` from now on, null for the built-in one. Those under way keep theirs. */
  use(workflow: PinnedWorkflow | null): void {
    const body = workflow && JSON.stringify(workflow);
    if (body === this.#read()) return;
    if (body === null) this.#sql.exec("DELETE FROM ingest_workflow");
    else this.#sql.exec(SAVE, body);
  }

  /** True when the project has replaced the built-in one. */
  isOwn(): boolean {
    return this.#read() !== null;
  }

  /** The run that indexes a file. The project's own workflow reads more of the file in its input. */
  makeRun({ fileId, version }: FileVersion, storeId: string): RunStart {
    const body = this.#read();
    const id = ingestRunId({ fileId, version });
    if (body === null) return { id, definition: INGEST, input: { fileId, version } };
    // Only `use` writes it.
    const { definition, workflows }: PinnedWorkflow = JSON.parse(body);
    const file = this.#files.find(fileId);
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

/** The queue messages for claimed steps, and the leases of steps in runs that do not index a file. */
export function makeIngestMessages(store: StoreRow, claims: readonly StepClaim[]) {
  const messages: { body: IngestMessage }[] = [];
  const misplaced: string[] = [];
  const [scope, storeId] = [scopeOf(store), store.id];
  for (const { lease, input } of claims) {
    const file = IngestInput.safeParse(input);
    if (file.success) messages.push({ body: { v: 1, scope, storeId, lease, ...file.data } });
    else misplaced.push(lease);
  }
  return { messages, misplaced };
}

/** The outcome of `ingest.file@1` in a run that another workflow has started. */
export const MISPLACED: StepOutcome = {
  kind: "failed",
  message: "A file is indexed by its own workflow, and not by one that this starts",
};

/** Why a run that has ended left its file without an index; null when the file is not to be indexed any more. */
export function explainNotIndexed(run: SettledRun): string | null {
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
