import type { RunId, ScheduleId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { Refusal } from "../refusal.ts";
import { ok, type Result } from "../result.ts";
import { startRun } from "../workflow/start-run.ts";
import { askRun } from "./ask-run.ts";
import { startRunDeps } from "./workflow-deps.ts";

export type ScheduledRun = {
  readonly workflow: string;
  readonly input: unknown;
  /** The idempotency key of the start; its SHA-256 makes `runId`. */
  readonly key: string;
  readonly runId: RunId;
  readonly scheduleId: ScheduleId;
  /** The time that the run stands for, in milliseconds. */
  readonly tick: number;
};

/**
 * For schedule objects. Both calls are repeated after a crash: starting a run that exists succeeds, and a run that does not
 * exist is not open. A refusal means that the run cannot be started; a failure that may pass is thrown.
 */
export const scheduledRuns = { start: startScheduledRun, isOpen: isRunOpen };

async function startScheduledRun(
  env: Env,
  scope: Scope,
  { workflow, input, key, runId, scheduleId, tick }: ScheduledRun,
): Promise<Result<null, Refusal>> {
  // An attempt whose answer was lost has started the run, even if its workflow or its input has changed since.
  const made = await readRun(env, scope, runId);
  if (made.ok) return ok(null);
  const metadata = { schedule_id: scheduleId, scheduled_for: new Date(tick).toISOString() };
  const started = await startRun(startRunDeps(env, scope), { workflow, input, metadata }, key);
  if (started.ok || IS_MADE.has(started.error.code)) return ok(null);
  return started;
}

async function isRunOpen(env: Env, scope: Scope, runId: RunId): Promise<boolean> {
  const run = await readRun(env, scope, runId);
  return run.ok && run.value.settled_at === null;
}

const readRun = (env: Env, scope: Scope, runId: RunId) =>
  askRun(env, scope, runId, (run) => run.read());

/** Nobody else has a schedule's keys, so with these codes the run that exists is its own. */
const IS_MADE = new Set<Refusal["code"]>(["idempotency_key_reused", "run_deleted"]);
