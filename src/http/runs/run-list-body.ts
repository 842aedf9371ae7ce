import { z } from "zod";

import type { Page } from "../../page.ts";
import type { ListedRun } from "../../workflow/runs/listed-run.ts";
import { declareList, listBody, listOfOne } from "../list.ts";
import { RUN_SUMMARY_EXAMPLE, RunSummaryBody } from "./run-body.ts";

/** Usual delay until lists show a change of a run, in milliseconds. */
const USUAL_LAG_MS = 1_000;

/** The schema of a page of runs, with the age of its entries. */
export const RunListBody = declareList(RunSummaryBody).extend({
  as_of: z
    .number()
    .describe(
      "The time whose state the whole page shows at least, in Unix seconds with milliseconds.",
    ),
  max_lag_ms: z.number().describe("Age of the oldest entry about an open run, in milliseconds."),
  usual_lag_ms: z.number().describe("Usual time until lists show a change, in milliseconds."),
});

/** An example of a page of runs, for the API description. */
export const RUN_LIST_EXAMPLE = {
  ...listOfOne(RUN_SUMMARY_EXAMPLE),
  as_of: RUN_SUMMARY_EXAMPLE.as_of,
  max_lag_ms: 850,
  usual_lag_ms: USUAL_LAG_MS,
};

/** Renders a page of runs that was read at `now`, in milliseconds since the epoch. */
export function runListBody({ rows, hasMore }: Page<ListedRun>, now: number) {
  return {
    ...listBody({ rows: rows.map(summaryBody), hasMore }),
    ...describeFreshness(rows, now),
  };
}

/**
 * Computes the age of a page from its oldest entry about an open run. The entry of a settled run no longer changes, so
 * its age does not matter.
 */
function describeFreshness(page: readonly ListedRun[], now: number) {
  const open = page.filter(({ settledAt }) => settledAt === null);
  const oldest = Math.min(now, ...open.map(({ updatedAt }) => updatedAt));
  return { as_of: oldest / 1000, max_lag_ms: now - oldest, usual_lag_ms: USUAL_LAG_MS };
}

function summaryBody(run: ListedRun): z.input<typeof RunSummaryBody> {
  const { errorStep, errorMessage, createdAt, settledAt, updatedAt } = run;
  // Not validated: only the run's object writes this column.
  const metadata: Record<string, string> = JSON.parse(run.metadata);
  return {
    id: run.id,
    object: "workflow.run",
    workflow: run.workflow,
    workflow_version: run.workflowVersion,
    status: run.status,
    created_at: Math.floor(createdAt / 1000),
    settled_at: settledAt && Math.floor(settledAt / 1000),
    metadata,
    error: errorStep === null ? null : { step: errorStep, message: errorMessage ?? "" },
    as_of: updatedAt / 1000,
  };
}
