import type { IngestDeps } from "../ingest/ingest-files.ts";
import type { IngestReport } from "../ingest/ingest-types.ts";
import { logger } from "../platform/logger.ts";

/**
 * Returns the same dependencies with logging: a line for each file that is taken, and one for its outcome once the
 * store object has accepted the report, with the duration. Files that are taken together are reported together. A file
 * that will be retried is not logged here, since `onFailure` does that.
 */
export function logIngestions(deps: IngestDeps): IngestDeps {
  const taken = new Map<string, number>();
  return {
    ...deps,
    take: async (store, claims) => {
      const tasks = await deps.take(store, claims);
      const at = Date.now();
      for (const { lease, fileId, filename } of tasks) {
        taken.set(lease, at);
        logger.debug("ingest.file.taken", { storeId: store.storeId, fileId, filename });
      }
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

function logOutcome(
  storeId: string,
  { fileId, outcome }: IngestReport,
  takenAt: number | undefined,
): void {
  if (outcome.kind === "retry" || takenAt === undefined) return;
  const fields = { storeId, fileId, durationMs: Date.now() - takenAt };
  if (outcome.kind === "completed") {
    logger.info("ingest.file.completed", { ...fields, count: outcome.chunkCount });
  } else {
    logger.warn("ingest.file.refused", { ...fields, reason: outcome.code }, outcome.message);
  }
}
