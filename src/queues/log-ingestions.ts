import type { IngestDeps } from "../ingest/ingest-deps.ts";
import type { IngestReport } from "../ingest/ingest-types.ts";
import { describeWarning } from "../knowledge/file-warnings.ts";
import { logger } from "../platform/logger.ts";

/**
 * Wraps the dependencies of the ingestion with logging: one line when the indexing of a file begins, and one with the
 * outcome and the duration once the Durable Object of the vector store has recorded the outcome. Files whose indexing
 * began together have their outcomes recorded together. The outcome of a file that will be retried or moved is not
 * logged here, since its cause is.
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
  if (outcome.kind === "retry" || outcome.kind === "moved" || takenAt === undefined) return;
  const fields = { storeId, fileId, durationMs: Date.now() - takenAt };
  if (outcome.kind === "completed") {
    const { chunkCount: count, warnings } = outcome;
    const lost = warnings && { warnings: warnings.map(describeWarning).join("; ") };
    logger.info("ingest.file.completed", { ...fields, count, ...lost });
  } else {
    logger.warn("ingest.file.refused", { ...fields, reason: outcome.code }, outcome.message);
  }
}
