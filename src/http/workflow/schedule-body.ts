import { z } from "zod";

import { CATCH_UPS, OVERLAPS } from "../../workflow/schedule/due-ticks.ts";
import type {
  ListedSchedule,
  ScheduleSummary,
  ScheduleView,
  TriggeredRun,
} from "../../workflow/schedule/schedule-types.ts";
import { COMPONENTS } from "../route/components.ts";

const Seconds = z.number().int().describe("Unix seconds.");
const SUMMARY = {
  id: z.string(),
  object: z.literal("workflow.schedule"),
  created_at: Seconds,
  workflow: z.string(),
  cron: z.string(),
  time_zone: z.string(),
  catch_up: z.enum(CATCH_UPS),
  overlap: z.enum(OVERLAPS),
  paused: z.boolean(),
  metadata: z.record(z.string(), z.string()),
  next_at: Seconds.nullable(),
  last_at: Seconds.nullable(),
  last_run_id: z.string().nullable(),
  waiting: z.number().int(),
  skipped: z.number().int(),
  last_error: z.strictObject({ message: z.string(), at: Seconds }).nullable(),
};

/** A schedule. */
export const ScheduleBody = z
  .strictObject({ ...SUMMARY, input: z.unknown(), next_times: z.array(Seconds) })
  .register(COMPONENTS, { id: "WorkflowSchedule" });
/** A schedule in a list, as of `as_of`. */
export const ListedScheduleBody = z
  .strictObject({ ...SUMMARY, as_of: Seconds })
  .register(COMPONENTS, { id: "WorkflowScheduleSummary" });
/** The run that a trigger started. */
export const TriggerBody = z.strictObject({
  object: z.literal("workflow.schedule.trigger"),
  schedule_id: z.string(),
  run_id: z.string(),
  at: Seconds,
});

/** Renders a schedule for its own endpoint. Every time is in seconds. */
export const scheduleBody = (schedule: ScheduleView) => ({
  ...summaryBody(schedule),
  input: schedule.input,
  next_times: schedule.nextTimes.map(secondsOf),
});

/** Renders a schedule in a list: as of `as_of`, without its input. */
export const listedScheduleBody = (schedule: ListedSchedule) => ({
  ...summaryBody(schedule),
  as_of: schedule.asOf,
});

/** Renders the answer to a trigger. */
export const triggerBody = (scheduleId: string, { runId, at }: TriggeredRun) => ({
  object: "workflow.schedule.trigger" as const,
  schedule_id: scheduleId,
  run_id: runId,
  at: secondsOf(at),
});

function summaryBody(schedule: ScheduleSummary) {
  return {
    id: schedule.id,
    object: "workflow.schedule" as const,
    created_at: schedule.createdAt,
    workflow: schedule.workflow,
    cron: schedule.cron,
    time_zone: schedule.timeZone,
    catch_up: schedule.catchUp,
    overlap: schedule.overlap,
    paused: schedule.isPaused,
    metadata: schedule.metadata,
    next_at: secondsOrNull(schedule.nextAt),
    last_at: secondsOrNull(schedule.lastAt),
    last_run_id: schedule.lastRunId,
    waiting: schedule.waiting,
    skipped: schedule.skipped,
    last_error: schedule.lastError,
  };
}

const secondsOf = (ms: number) => Math.floor(ms / 1000);
const secondsOrNull = (ms: number | null) => (ms === null ? null : secondsOf(ms));
