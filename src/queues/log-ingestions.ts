import type { IngestDeps } from "../ingest/ingest-files.ts";
import type { IngestReport, IngestTask } from "../ingest/ingest-types.ts";
import { logger } from "../platform/logger.ts";

type Taken = { readonly task: IngestTask; readonly at: number };

/**
 * Logs how each file ended once its store has accepted the report, with the time since the file was taken: files of one
 * batch end together. A file that is tried again was logged by `onFailure`.
 */
export function logIngestions(deps: IngestDeps): IngestDeps {
  const taken = new Map<string, Taken>();
  return {
    ...deps,
    take: async (store, claims) => {
      const tasks = await deps.take(store, claims);
      const at = Date.now();
      for (const task of tasks) taken.set(task.lease, { task, at });
      return tasks;
    },
    report: async (store, reports) => {
      await deps.report(store, reports);
      for (const report of reports) {
        logOutcome(store.storeId, report, taken.get(report.lease));
        taken.delete(report.lease);
      }
    },
  };
}

function logOutcome(storeId: string, report: IngestReport, taken: Taken | undefined): void {
  const { fileId, outcome } = report;
  if (outcome.kind === "retry" || !taken) return;
  const fields = { storeId, fileId, durationMs: Date.now() - taken.at };
  logger.debug("ingest.file.named", { fileId, filename: taken.task.filename });
  if (outcome.kind === "completed") {
    logger.info("ingest.file.completed", { ...fields, count: outcome.chunkCount });
  } else {
    logger.warn("ingest.file.refused", { ...fields, reason: outcome.code }, outcome.message);
  }
}
