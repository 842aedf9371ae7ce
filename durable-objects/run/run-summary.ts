import type { RunHeader } from "../../src/kernel/rules/run/run-view.ts";
import { removeRunSummary, writeRunSummary } from "../../src/platform/databases/run-catalog.ts";
import { logger } from "../../src/platform/logger.ts";
import { SummaryOutbox } from "../summary-outbox.ts";
import type { RunTables } from "./run-tables.ts";

type RunSummaryDeps = {
  readonly catalog: D1Database;
  readonly tables: RunTables;
  readonly header: (runId: string) => RunHeader | null;
  /** Returns the time of the run's next event by the clock, in milliseconds since the epoch; null without one. */
  readonly nextDue: () => number | null;
  /** Runs a change and sets the alarm, in one transaction. */
  readonly change: (change: () => void) => void;
};

/**
 * Makes the `SummaryOutbox` of a run. It keeps the run's row in D1, from which lists of runs are read, up to date, and
 * removes the row when the run is erased.
 */
export const runSummary = ({
  catalog,
  tables,
  header,
  nextDue,
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
        if (!found) return await removeRunSummary(catalog, id, now);
        const due = nextDue();
        await writeRunSummary(catalog, scope, { frame, header: found, version, now, nextDue: due });
      };
      return { version, due: summaryDue, write };
    },
    setDue: (due) => change(() => tables.setSummaryDue(due)),
    now: () => Date.now(),
    logDeferred: (error) =>
      logger.warn("run.summary.deferred", { runId: tables.frame()?.id ?? "" }, error),
  });
