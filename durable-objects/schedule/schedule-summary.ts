import { writeScheduleSummary } from "../../src/platform/databases/schedule-catalog.ts";
import { schedulePokeAt } from "../../src/workflow/open-work/open-work.ts";
import { nextTimes, parseCron } from "../../src/workflow/schedule/cron-times.ts";
import type { ScheduleView } from "../../src/workflow/schedule/schedule-types.ts";
import { type ScheduleRow, type ScheduleTables, summarizeSchedule } from "./schedule-tables.ts";

/**
 * Writes a schedule's row of the lists in D1, with the time at which the sweep calls the schedule if its alarm is lost.
 * `now` is in milliseconds since the epoch.
 */
export async function writeSummary(
  catalog: D1Database,
  tables: ScheduleTables,
  row: ScheduleRow,
  now: number,
): Promise<void> {
  const { projectId, version, phase } = row;
  await writeScheduleSummary(catalog, {
    projectId,
    version,
    isDeleted: phase === "deleted",
    summary: summarizeSchedule(row, tables.waiting().length),
    asOf: Math.floor(now / 1000),
    pokeAt: phase === "live" ? schedulePokeAt(findNextDue(tables, row)) : null,
  });
}

/** Next ticks that a view of a schedule shows. */
const NEXT_TIMES = 5;

/** Returns a schedule as its clients see it. `waiting` is the number of runs that wait for the end of others. */
export function viewSchedule(row: ScheduleRow, waiting: number, now: number): ScheduleView {
  const times = parseCron(row.cron, row.timeZone);
  return {
    ...summarizeSchedule(row, waiting),
    // Only the schedule's object writes the column.
    input: JSON.parse(row.input),
    nextTimes: times.ok ? nextTimes(times.value, now, NEXT_TIMES) : [],
  };
}

/** Returns the time of the next tick, check or start, in milliseconds since the epoch; null if nothing is due. */
function findNextDue(tables: ScheduleTables, { lookAt }: ScheduleRow): number | null {
  const startDue = tables.firstStartDue();
  return lookAt === null || startDue === null ? (lookAt ?? startDue) : Math.min(lookAt, startDue);
}
