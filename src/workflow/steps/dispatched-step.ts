import { LeaseEnded } from "../../conversation/fact-reporter.ts";
import type { Dispatched } from "../../conversation/generate-dispatched.ts";
import { type StepContext, type StepOutcome } from "../../kernel/rules/step-handler.ts";
import { outcomeOfError } from "../../kernel/rules/step/step-outcome.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { ModelUnavailable } from "../../model-unavailable.ts";
import { PublicError } from "../../public-error.ts";
import type { Awaitable } from "../../remote.ts";

/** The step type that generates an answer in a workflow. */
export const GENERATE = "generate@1";
/** The handler that hands steps of the type `generate@1` to a lane, whose consumers do them. */
export const GENERATE_DISPATCH = "generate.dispatch@1";

/**
 * A message of a queue for answers: it asks to do a step of a run. `v` is the version of the message format. It holds no
 * text; the consumer asks the run's object for that, under the lease.
 */
export type StepMessage = {
  readonly v: 1;
  readonly scope: Scope;
  readonly runId: string;
  readonly lease: string;
};

/** The work of a consumer on a step. `lease` is the consumer's own, under which it reports. */
export type StepTask = Pick<
  StepContext,
  "runId" | "step" | "attempt" | "with" | "idempotencyKey" | "deadline"
> & { readonly lease: string };

/** The methods by which consumers do the steps of an object's runs. Each may be repeated. */
export interface DispatchedStepsClient {
  /** Returns the work of a message; null if its lease has ended, or another consumer has the work. */
  takeStep(lease: string): Awaitable<StepTask | null>;
  /** Keeps a consumer's lease. Returns false if it has ended. */
  keepStep(lease: string): Awaitable<boolean>;
  /** Ends a step. Changes nothing if the lease has ended. */
  endStep(lease: string, outcome: StepOutcome): Awaitable<void>;
}

/** The dependencies of `performDispatched`: the object of a message's run, and the work itself. */
export type DispatchedStepDeps = {
  take(message: StepMessage): Promise<StepTask | null>;
  keep(message: StepMessage): Promise<boolean>;
  end(message: StepMessage, outcome: StepOutcome): Promise<void>;
  /** Does the work, and returns the step's output. Throws only errors whose messages are for clients. */
  perform(scope: Scope, task: StepTask, signal: AbortSignal): Promise<unknown>;
};

/** Time between two renewals of a lease, in milliseconds. */
const HEARTBEAT_MS = 10_000;
/** Maximum time of a consumer for one step, in milliseconds: a consumer has 15 minutes for all its messages. */
const STEP_MS_MAX = 10 * 60_000;

/**
 * Does the step for which a message asks: takes the work from the run's object, does it, and reports the outcome under
 * its lease, which it renews meanwhile. Does nothing if the lease has ended, for example because the run was cancelled.
 * May be repeated. Throws only if the object cannot be reached.
 *
 * An outage of the provider counts as an attempt here: the step's own `retry` and `fallback` say what follows.
 */
export async function performDispatched(
  deps: DispatchedStepDeps,
  message: StepMessage,
): Promise<Dispatched> {
  const task = await deps.take(message);
  if (task === null) return "idle";
  const held: StepMessage = { ...message, lease: task.lease };
  const controller = new AbortController();
  const heartbeat = setInterval(() => void keep(deps, held, controller), HEARTBEAT_MS);
  const limitMs = Math.min(STEP_MS_MAX, Math.max(0, task.deadline - Date.now()));
  const timer = setTimeout(() => controller.abort(new StepOverdue(limitMs)), limitMs);
  let outcome: StepOutcome;
  let isProviderAway = false;
  try {
    const output = await deps.perform(message.scope, task, controller.signal);
    outcome = { kind: "completed", output };
  } catch (error) {
    const { signal } = controller;
    isProviderAway = !signal.aborted && error instanceof ModelUnavailable;
    outcome = outcomeOfError(signal.aborted ? signal.reason : error);
  } finally {
    clearInterval(heartbeat);
    clearTimeout(timer);
  }
  if (!(controller.signal.reason instanceof LeaseEnded)) await deps.end(held, outcome);
  return isProviderAway ? "away" : "done";
}

/** Renews the lease. An object that cannot be reached is asked again next time; if the lease ends, it refuses the end. */
async function keep(
  deps: Pick<DispatchedStepDeps, "keep">,
  held: StepMessage,
  controller: AbortController,
): Promise<void> {
  const isHeld = await deps.keep(held).catch(() => true);
  if (!isHeld) controller.abort(new LeaseEnded());
}

/** The reason why the work on a step ends that takes too long. */
class StepOverdue extends PublicError {
  override readonly name = "StepOverdue";

  constructor(limitMs: number) {
    super(`The step took longer than ${Math.ceil(limitMs / 1_000)} s`);
  }
}
