import type { RunId, ScheduleId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { Refusal } from "../refusal.ts";
import { err, type Result } from "../result.ts";

export type ScheduledRun = {
  readonly workflow: string;
  readonly input: unknown;
  /** What the run is started under; its SHA-256 makes `runId`. */
  readonly key: string;
  readonly runId: RunId;
  readonly scheduleId: ScheduleId;
  /** The time that the run stands for, in milliseconds. */
  readonly tick: number;
};

/**
 * What schedules need of runs. Both are asked again after every crash: starting a run that exists succeeds, and a run
 * that does not exist is not open. A refusal means that the run cannot be started; whatever may pass is thrown.
 */
export const scheduledRuns = { start: startScheduledRun, isOpen: isRunOpen };

// WIRE HERE: the one place where schedules meet run objects.
async function startScheduledRun(
  _env: Env,
  _scope: Scope,
  { workflow }: ScheduledRun,
): Promise<Result<null, Refusal>> {
  return err({
    code: "not_found",
    message: `No workflow found with id '${workflow}'.`,
    param: "workflow",
  });
}

async function isRunOpen(_env: Env, _scope: Scope, _runId: RunId): Promise<boolean> {
  return false;
}
