import { type FileId, newId } from "../../src/ids.ts";
import { StepKernel } from "../../src/kernel/engine/step-kernel.ts";
import type { PinnedWorkflow } from "../../src/kernel/rules/pinned-workflow.ts";
import type { SettledRun } from "../../src/kernel/rules/run/run-view.ts";
import { logger } from "../../src/platform/logger.ts";
import { stepHandlersFor } from "../../src/wiring/steps/step-handlers.ts";
import { INGEST_FILE } from "../../src/workflow/built-in/ingest.ts";
import { celExpressions } from "../../src/workflow/language/expressions.ts";
import type { Attachment, VectorStoreFiles } from "./attachments.ts";
import { IngestWorkflow, notIndexedBecause } from "./ingest-workflow.ts";
import {
  INGEST,
  INGEST_IN_FLIGHT_MAX,
  INGEST_LEASE_MS,
  ingestInputOf,
  ingestMessages,
  ingestRunId,
  MISPLACED,
} from "./ingestion.ts";
import {
  ERASE,
  ERASE_STORE,
  eraseStore,
  PURGE,
  PURGE_TOMBSTONES,
  type PurgeDeps,
  purgeTombstones,
} from "./purge.ts";
import { scopeOf, type VectorStoreTables } from "./store-tables.ts";

export type StoreRunsOptions = {
  readonly ctx: DurableObjectState;
  readonly env: Env;
  readonly tables: VectorStoreTables;
  readonly files: VectorStoreFiles;
  purgeDeps(): PurgeDeps;
  /** A file whose run has ended is not indexed. */
  failed(file: Attachment, message: string): void;
  /** When the object wants to wake for reasons of its own, and what it does then. */
  otherDue(): number | null;
  onDue(now: number): Promise<void>;
};

/** The runs of one store: ingestions of files, and what is purged and erased. */
export class StoreRuns {
  readonly kernel: StepKernel;
  readonly workflow: IngestWorkflow;
  readonly #options: StoreRunsOptions;

  constructor(options: StoreRunsOptions) {
    this.#options = options;
    const { ctx, env, tables } = options;
    this.workflow = new IngestWorkflow(ctx.storage.sql);
    this.kernel = new StepKernel(ctx, {
      logger,
      expressions: celExpressions,
      handlers: {
        ...stepHandlersFor(env, () => scopeOf(tables.readStore())),
        [INGEST_FILE]: {
          kind: "dispatched",
          inFlightMax: INGEST_IN_FLIGHT_MAX,
          leaseMs: INGEST_LEASE_MS,
          dispatch: async (claims) => {
            const { messages, misplaced } = ingestMessages(tables.readStore(), claims);
            for (const lease of misplaced) this.kernel.settle(lease, MISPLACED);
            if (messages.length > 0) await env.INGEST.sendBatch(messages);
          },
        },
        [PURGE_TOMBSTONES]: { kind: "local", run: () => purgeTombstones(options.purgeDeps()) },
        [ERASE_STORE]: {
          kind: "local",
          run: () =>
            eraseStore(options.purgeDeps(), ({ fileId, version }) => {
              this.stopIngest(fileId, version);
            }),
        },
      },
      onRunSettled: (run) => this.#settled(run),
      otherDue: () => options.otherDue(),
      onDue: (now) => options.onDue(now),
    });
  }

  /** Files that are attached from now on go by this workflow, or by the built-in one. */
  ingestBy(workflow: PinnedWorkflow | null): void {
    this.workflow.use(workflow);
  }

  ingest(fileId: FileId, version: number): void {
    const { tables, files } = this.#options;
    const { id } = tables.readStore();
    this.kernel.start(this.workflow.runOf(fileId, version, files.find(fileId), id));
  }

  stopIngest(fileId: FileId, version: number): void {
    this.kernel.cancel(ingestRunId(fileId, version));
  }

  purge(): void {
    this.kernel.start({ id: newId("purge_"), definition: PURGE, input: null });
  }

  erase(): void {
    this.kernel.start({ id: newId("erase_"), definition: ERASE, input: null });
  }

  /** Called by the kernel inside the transaction that settles a run. */
  #settled(run: SettledRun): void {
    this.kernel.forget(run.id);
    // Something may have been detached after the run had looked for the last time.
    if (run.name === PURGE.name && this.#options.tables.isPurging()) this.purge();
    if (run.name === INGEST.name) this.#ingestSettled(run);
  }

  /** A file that its workflow has not indexed has failed; one that it has is indexed, whatever failed after that. */
  #ingestSettled(run: SettledRun): void {
    const { tables, files } = this.#options;
    const { fileId, version } = ingestInputOf(run.input);
    const file = files.find(fileId);
    if (file?.version !== version) return;
    if (file.status !== "in_progress") {
      if (run.status !== "failed" || !run.error) return;
      const { step, message } = run.error;
      const { id: storeId, projectId } = tables.readStore();
      logger.warn("ingest.workflow.failed", { projectId, storeId, fileId, step }, message);
      return;
    }
    const reason = notIndexedBecause(run);
    if (reason === null) return;
    logger.warn("ingest.file.given_up", { storeId: tables.readStore().id, fileId }, reason);
    this.#options.failed(
      file,
      `The file could not be indexed: ${reason}. Attach it again to retry.`,
    );
  }
}
