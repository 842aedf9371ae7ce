import { describeDeath } from "../../src/workflow/dead-letters/dead-letter.ts";
import type { StoredDeath } from "../dead-letters/dead-letter-table.ts";
import { readScheduleScope, type ScheduleRow, type StartRow } from "./schedule-tables.ts";

/** The name of the only step of a job that starts a run. */
const START = "start";

/**
 * Describes the end of the attempts to start the run of a scheduled time, which is given up. The run does not exist, so
 * the hash of its definition is empty. `now` is in milliseconds since the epoch.
 */
export function describeStartDeath(
  row: ScheduleRow,
  { tick, attempt }: StartRow,
  { message }: { readonly message: string },
  now: number,
): StoredDeath {
  const death = describeDeath({
    job: { kind: "schedule", scheduleId: row.id, tick },
    lane: "default",
    workflow: row.workflow,
    step: START,
    message,
    failures: [{ at: now, step: START, attempt, message }],
    diedAt: now,
  });
  return { ...death, attempts: attempt, scope: readScheduleScope(row), definition: { hash: "" } };
}
