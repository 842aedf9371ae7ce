import { z } from "zod";

import { CATCH_UPS, OVERLAPS } from "../../workflow/schedule/due-ticks.ts";
import type {
  ListedSchedule,
  ScheduleSummary,
  ScheduleView,
  TriggeredRun,
} from "../../workflow/schedule/schedule-types.ts";
import { CreatedAt, MetadataBody, objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";

const Seconds = z.number().int().describe("Unix seconds.");
const SUMMARY = {
  id: z.string().describe("Id of the schedule."),
  object: objectType("workflow.schedule"),
  created_at: CreatedAt,
  workflow: z
    .string()
    .describe("The workflow that is run: `name`, its latest version, or `name@version`."),
  cron: z.string().describe("The cron expression."),
  time_zone: z.string().describe("IANA name of the time zone in which the expression is read."),
  catch_up: z
    .enum(CATCH_UPS)
    .describe("Treatment of times that were missed; see docs/schedules.md."),
  overlap: z
    .enum(OVERLAPS)
    .describe("Treatment of times that come while a run is open; see docs/schedules.md."),
  paused: z.boolean().describe("True while the schedule starts no runs."),
  metadata: MetadataBody,
  next_at: Seconds.nullable().describe(
    "The next time of the schedule, in Unix seconds; null while it is paused.",
  ),
  last_at: Seconds.nullable().describe(
    "The last time for which a run was started, in Unix seconds; null before the first.",
  ),
  last_run_id: z
    .string()
    .nullable()
    .describe("Id of the run that was started last; null before the first."),
  waiting: z.number().int().describe("Number of times that wait for an open run to end."),
  skipped: z.number().int().describe("Number of times for which no run was started."),
  last_error: z
    .strictObject({
      message: z.string().describe("The error in words."),
      at: Seconds.describe("Time of the error, in Unix seconds."),
    })
    .nullable()
    .describe("The last error since a run was started; null without one."),
};

/** The schema of a schedule. Times are Unix seconds. */
export const ScheduleBody = z
  .strictObject({
    ...SUMMARY,
    input: z.unknown().describe("The input of each run."),
    next_times: z
      .array(Seconds)
      .describe("The next times, up to five, in Unix seconds; none while the schedule is paused."),
  })
  .register(COMPONENTS, { id: "WorkflowSchedule" });
/**
 * The schema of a schedule in a list. An entry may be older than the schedule's present state; `as_of` is the time of
 * the state that it shows.
 */
export const ListedScheduleBody = z
  .strictObject({
    ...SUMMARY,
    as_of: Seconds.describe("The time whose state this is, in Unix seconds."),
  })
  .register(COMPONENTS, { id: "WorkflowScheduleSummary" });
/** The schema of the response body for a manual trigger of a schedule. It has the id of the run that was started. */
export const TriggerBody = z.strictObject({
  object: objectType("workflow.schedule.trigger"),
  schedule_id: z.string().describe("Id of the schedule."),
  run_id: z.string().describe("Id of the run that was started."),
  at: Seconds.describe("Time of the trigger, in Unix seconds."),
});

/**
 * Builds the response body for a schedule. Converts the times of its runs from milliseconds since the epoch to Unix
 * seconds.
 */
export const scheduleBody = (schedule: ScheduleView) => ({
  ...summaryBody(schedule),
  input: schedule.input,
  next_times: schedule.nextTimes.map(secondsOf),
});

/** Builds the response body for a schedule in a list, which lacks the input of its runs. */
export const listedScheduleBody = (schedule: ListedSchedule) => ({
  ...summaryBody(schedule),
  as_of: schedule.asOf,
});

/** Builds the response body for a manual trigger of a schedule, from the run that it started. */
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
