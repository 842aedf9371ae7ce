import type { RunHeader } from "../../src/kernel/rules/run/run-view.ts";
import type { RunArchive } from "../../src/platform/databases/run-archive.ts";
import { removeRunSummary, writeRunSummary } from "../../src/platform/databases/run-catalog.ts";
import { logger } from "../../src/platform/logger.ts";
import { ARCHIVE_AFTER_MS } from "../../src/workflow/runs/archive-runs.ts";
import type { WaitBody } from "../../src/workflow/runs/waits.ts";
import { SummaryOutbox } from "../summary-outbox.ts";
import type { RunTables } from "./run-tables.ts";

type RunSummaryDeps = {
  readonly catalog: D1Database;
  readonly archive: RunArchive;
  readonly tables: RunTables;
  readonly header: (runId: string) => RunHeader | null;
  /** Returns the time of the run's next event by the clock, in milliseconds since the epoch; null without one. */
  readonly nextDue: () => number | null;
  /** Lists the waits of the run that somebody can end. */
  readonly waits: (runId: string) => readonly WaitBody[];
  /** Runs a change and sets the alarm, in one transaction. */
  readonly change: (change: () => void) => void;
};

/**
 * Makes the `SummaryOutbox` of a run. It keeps the run's row in D1, from which lists of runs are read, up to date, and
 * removes the row when the run is erased. The row of a run that ended may be in the archive by then.
 */
export const runSummary = ({
  catalog,
  archive,
  tables,
  header,
  nextDue,
  waits,
  change,
}: RunSummaryDeps): SummaryOutbox =>
  new SummaryOutbox({
    read: () => {
      const frame = tables.frame();
      if (!frame) return null;
      const { id, version, scope, summaryDue, deletedAt } = frame;
      const write = async () => {
        const now = Date.now();
        const found = deletedAt === null ? header(id) : null;
        if (!found) {
          await removeRunSummary(catalog, scope.projectId, id, now);
          return await archive.remove(id);
        }
        const state = { frame, header: found, version, now, nextDue: nextDue(), waits: waits(id) };
        await writeRunSummary(catalog, scope, state);
        if (mayBeArchived(found, now)) await archive.remove(id);
      };
      return { version, due: summaryDue, write };
    },
    setDue: (due) => change(() => tables.setSummaryDue(due)),
    now: () => Date.now(),
    logDeferred: (error) =>
      logger.warn("run.summary.deferred", { runId: tables.frame()?.id ?? "" }, error),
  });

/** Tests whether a run is so old that it may have ended before, been archived, and been repeated since. */
const mayBeArchived = ({ createdAt }: RunHeader, now: number): boolean =>
  createdAt < now - ARCHIVE_AFTER_MS;
