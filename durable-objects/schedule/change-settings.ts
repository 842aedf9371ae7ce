import { toFlag } from "../../src/columns.ts";
import type { TickTimes } from "../../src/workflow/schedule/cron-times.ts";
import { findNextCheck } from "../../src/workflow/schedule/next-look.ts";
import type { ScheduleSettings } from "../../src/workflow/schedule/schedule-types.ts";
import type { ScheduleRow } from "./schedule-tables.ts";

/**
 * Applies changed settings to a schedule's row in memory. `times` are the ticks (scheduled times) of the cron
 * expression and time zone after the change, `waiting` is the number of queued ticks, whose runs wait for an open run
 * to end. `now` is in milliseconds since the epoch.
 */
export function changeSettings(
  row: ScheduleRow,
  changes: Partial<ScheduleSettings>,
  { times, waiting, now }: { times: TickTimes; waiting: number; now: number },
): void {
  const { cron = row.cron, timeZone = row.timeZone } = changes;
  row.workflow = changes.workflow ?? row.workflow;
  if (changes.input !== undefined) row.input = JSON.stringify(changes.input);
  row.catchUp = changes.catchUp ?? row.catchUp;
  row.overlap = changes.overlap ?? row.overlap;
  row.isPaused = toFlag(changes.isPaused ?? row.isPaused === 1);
  if (changes.metadata) row.metadata = JSON.stringify(changes.metadata);
  if (cron !== row.cron || timeZone !== row.timeZone) {
    // Decided ticks stay decided, even if this machine's clock is behind the one that decided them.
    row.nextAt = times.after(Math.max(now, row.decidedAt));
  }
  row.cron = cron;
  row.timeZone = timeZone;
  const look = findNextCheck({ now, isPaused: row.isPaused === 1, nextAt: row.nextAt, waiting });
  // A waiting tick may be able to start after the change.
  row.lookAt = look !== null && waiting > 0 ? now : look;
}
