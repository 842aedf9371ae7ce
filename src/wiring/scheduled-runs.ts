import type { RunId, ScheduleId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { Refusal } from "../refusal.ts";
import { ok, type Result } from "../result.ts";
import { workflowDeps } from "./workflow-deps.ts";

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

async function startScheduledRun(
  env: Env,
  scope: Scope,
  { workflow, input, key, runId, scheduleId, tick }: ScheduledRun,
): Promise<Result<null, Refusal>> {
  const runs = workflowDeps(env, scope);
  // An attempt whose answer was lost has made the run, also when its workflow or its input has changed since.
  const made = await runs.ask(runId, (run) => run.read());
  if (made.ok) return ok(null);
  const metadata = { schedule_id: scheduleId, scheduled_for: new Date(tick).toISOString() };
  const started = await runs.startUnder({ workflow, input, metadata }, key);
  if (started.ok || IS_MADE.has(started.error.code)) return ok(null);
  return started;
}

async function isRunOpen(env: Env, scope: Scope, runId: RunId): Promise<boolean> {
  const run = await workflowDeps(env, scope).ask(runId, (object) => object.read());
  return run.ok && run.value.settled_at === null;
}

/** Nobody else has a schedule's keys, so these tell of its own run. */
const IS_MADE = new Set<Refusal["code"]>(["idempotency_key_reused", "run_deleted"]);
