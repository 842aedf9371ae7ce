import type { RunId, ScheduleId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { Refusal } from "../refusal.ts";
import { ok, type Result } from "../result.ts";
import { startRun } from "../workflow/start-run.ts";
import { askRun } from "./ask-run.ts";
import { startRunDeps } from "./workflow-deps.ts";

/** The arguments with which a schedule starts a run. */
export type ScheduledRun = {
  readonly workflow: string;
  readonly input: unknown;
  /** The id of the run, which derives from the scheduled time, so that repeated starts give the same run. */
  readonly runId: RunId;
  readonly scheduleId: ScheduleId;
  /** The scheduled time of the run, in milliseconds since the epoch. */
  readonly tick: number;
};

/**
 * The calls with which the Durable Object of a schedule starts a run (`start`), and tests whether a run is still in
 * progress (`isOpen`). Both may be repeated after a crash: to start a run that exists succeeds without effect, and a
 * missing run counts as ended. A refusal means that the run cannot be started; a temporary failure is thrown.
 */
export const scheduledRuns = { start: startScheduledRun, isOpen: isRunOpen };

async function startScheduledRun(
  env: Env,
  scope: Scope,
  { workflow, input, runId, scheduleId, tick }: ScheduledRun,
): Promise<Result<null, Refusal>> {
  // An attempt whose reply was lost may have started the run, even if its workflow or its input has changed since.
  const existing = await readRun(env, scope, runId);
  if (existing.ok) return ok(null);
  const metadata = { schedule_id: scheduleId, scheduled_for: new Date(tick).toISOString() };
  const started = await startRun(startRunDeps(env, scope), { workflow, input, metadata }, runId);
  if (started.ok || RUN_EXISTS.has(started.error.code)) return ok(null);
  return started;
}

async function isRunOpen(env: Env, scope: Scope, runId: RunId): Promise<boolean> {
  const run = await readRun(env, scope, runId);
  return run.ok && run.value.settled_at === null;
}

const readRun = (env: Env, scope: Scope, runId: RunId) =>
  askRun(env, scope, runId, (run) => run.read());

/** Codes of a run that exists. No other caller uses a schedule's keys, so it is the schedule's own run. */
const RUN_EXISTS = new Set<Refusal["code"]>(["idempotency_key_reused", "run_deleted"]);
