import type {
  ListedSchedule,
  ScheduleSummary,
  ScheduleView,
  TriggeredRun,
} from "../../workflow/schedule/schedule-types.ts";

/** A schedule as its own endpoint shows it. Every time is in seconds. */
export const scheduleBody = (schedule: ScheduleView) => ({
  ...summaryBody(schedule),
  input: schedule.input,
  next_times: schedule.nextTimes.map(secondsOf),
});

/** A schedule in a list: as it was at `as_of`, without its input. */
export const listedScheduleBody = (schedule: ListedSchedule) => ({
  ...summaryBody(schedule),
  as_of: schedule.asOf,
});

export const triggerBody = (scheduleId: string, { runId, at }: TriggeredRun) => ({
  object: "workflow.schedule.trigger",
  schedule_id: scheduleId,
  run_id: runId,
  at: secondsOf(at),
});

function summaryBody(schedule: ScheduleSummary) {
  return {
    id: schedule.id,
    object: "workflow.schedule",
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
