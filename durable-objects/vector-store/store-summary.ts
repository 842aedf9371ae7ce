import { viewStore } from "../../src/knowledge/store-view.ts";
import { writeStoreSummary } from "../../src/platform/databases/store-catalog.ts";
import type { Summary } from "../summary-outbox.ts";
import { toStoreState, type StoreRow } from "./store-tables.ts";

/** Makes the summary of a store, by which lists in D1 show it. */
export const summarizeStore = (catalog: D1Database, row: StoreRow): Summary => ({
  version: row.version,
  due: row.summaryDue,
  write: () =>
    writeStoreSummary(catalog, {
      projectId: row.projectId,
      version: row.version,
      isDeleted: row.phase === "deleted",
      view: viewStore(toStoreState(row)),
    }),
});
