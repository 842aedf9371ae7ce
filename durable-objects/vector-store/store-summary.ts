import { viewStore } from "../../src/knowledge/store-view.ts";
import { enterOpenWork, leaveOpenWork } from "../../src/platform/databases/open-work-catalog.ts";
import { storeSummary } from "../../src/platform/databases/store-catalog.ts";
import type { Summary } from "../summary-outbox.ts";
import { readStoreScope, toStoreState, type StoreRow } from "./tables/store-tables.ts";

/**
 * Makes the summary of a store, by which lists in D1 show it, and which keeps the store in the index of open work while
 * its runs go on. `nextDue` returns the time of their next event, in milliseconds since the epoch; null if none goes on.
 */
export const summarizeStore = (
  catalog: D1Database,
  row: StoreRow,
  nextDue: () => number | null,
): Summary => ({
  version: row.version,
  due: row.summaryDue,
  write: async () => {
    const { id, projectId, version, phase } = row;
    const view = viewStore(toStoreState(row));
    const summary = { projectId, version, isDeleted: phase === "deleted", view };
    const due = nextDue();
    const work = { kind: "store", id, scope: readStoreScope(row) } as const;
    await catalog.batch([
      ...storeSummary(catalog, summary),
      due === null ? leaveOpenWork(catalog, id) : enterOpenWork(catalog, work, Date.now(), due),
    ]);
  },
});
