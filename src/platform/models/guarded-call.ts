import {
  assumeForm,
  type FormLesson,
  type ReasoningForm,
  type ReplyEvidence,
} from "../../answer/model-output/reasoning-form.ts";
import type { RetryPolicy } from "../../kernel/rules/definition.ts";
import { backoffMs } from "../../kernel/rules/step/backoff.ts";
import { ModelUnavailable } from "../../model-unavailable.ts";
import { logger } from "../logger.ts";
import type { Admitted, CallOutcome, Permit } from "./circuit.ts";
import type { Clock } from "./clock.ts";
import { type CallFailure, classifyCallFailure, type RetryBudget } from "./retry.ts";

/**
 * A circuit breaker for one model of a provider. It allows no calls for a while after many have failed. It also keeps
 * the model's form of reasoning, so that all isolates learn it from one reply.
 */
export interface CircuitBreaker {
  /** Returns a permit for one call; a null permit, with the time to wait, if no call is allowed now. */
  admit(): Promise<Admitted & { readonly form: ReasoningForm }>;
  /** Reports the outcome of a call, and what its reply teaches about the model's form of reasoning. */
  settle(permit: Permit, outcome: CallOutcome, lesson: FormLesson | null): Promise<void>;
}

/**
 * The model of a provider with the protections of its calls: circuit breaker, retry policy, retry budget, time limit
 * and clock.
 */
export type Guard = {
  readonly provider: string;
  readonly model: string;
  readonly breaker: CircuitBreaker;
  readonly budget: RetryBudget;
  /** The retry policy. `totalMs` is the time limit of all attempts of one call together, in milliseconds. */
  readonly policy: RetryPolicy & { readonly totalMs: number };
  readonly clock: Clock;
};

/**
 * An attempt of a model call that the circuit breaker has allowed. `settle` reports the attempt's outcome to the
 * breaker; only the first report counts.
 */
export type CallAttempt = {
  /** The model's form of reasoning, as far as it is known. */
  readonly form: ReasoningForm;
  settle(outcome: CallOutcome, evidence?: ReplyEvidence | null): Promise<void>;
};

/**
 * Asks the circuit breaker for permission and begins an attempt of a model call. Throws `ModelUnavailable` with the
 * reason `circuit_open` if the breaker allows no call now.
 */
export async function beginAttempt({ breaker, provider, model }: Guard): Promise<CallAttempt> {
  const { permit, retryAfterMs, form } = await breaker.admit();
  if (permit === null) {
    const last = lastFailures.get(nameOf({ provider, model }));
    const message = `The provider of the model '${model}' has failed too often recently. Retry later.`;
    const reason = last ? `${message} At last: ${last}` : message;
    throw new ModelUnavailable("circuit_open", reason, undefined, retryAfterMs);
  }
  let settled = false;
  const before = form.type === "unknown" ? assumeForm(model) : form;
  return {
    form: before,
    settle: async (outcome, evidence = null) => {
      if (settled) return;
      settled = true;
      try {
        const isNews = evidence !== null && (evidence === "unopened" || form.type !== "marked");
        await breaker.settle(permit, outcome, isNews ? { evidence, before } : null);
      } catch (error) {
        logger.warn("model.breaker.unsettled", { provider, model }, error);
      }
    },
  };
}

/**
 * Reports a failed attempt of a model call to the circuit breaker, then waits until the next attempt may begin. Throws
 * `ModelUnavailable` if there is to be no further attempt, and the reason of `state.signal` if that is aborted. All
 * retries of model calls are decided here.
 */
export async function failAttempt(
  guard: Guard,
  attempt: CallAttempt,
  error: unknown,
  state: {
    readonly number: number;
    readonly startedAt: number;
    readonly mayRepeat: boolean;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { provider, model, policy, clock, budget } = guard;
  if (state.signal?.aborted) {
    await attempt.settle("ignored");
    throw state.signal.reason;
  }
  const now = clock.now();
  const failure = classifyCallFailure(error, model, now);
  await attempt.settle(failure.outcome);
  const { reason } = failure;
  if (failure.outcome !== "ignored") lastFailures.set(nameOf(guard), failure.message);
  logger.warn("model.call.failed", { provider, model, reason, attempt: state.number }, error);
  const waitMs = Math.max(failure.retryAfterMs, backoffMs(policy, state.number, clock.random));
  const isLast =
    !failure.isRepeatable ||
    !state.mayRepeat ||
    state.number >= policy.attemptsMax ||
    now + waitMs - state.startedAt > policy.totalMs ||
    !budget.take(now);
  if (isLast) throw unavailable(failure, error);
  await clock.sleep(waitMs, state.signal);
}

/** The last failure of each model, in words, for the requests that its open circuit refuses. Kept per isolate. */
const lastFailures = new Map<string, string>();

const nameOf = ({ provider, model }: Pick<Guard, "provider" | "model">) => `${provider} ${model}`;

const unavailable = ({ reason, message, retryAfterMs }: CallFailure, cause: unknown) =>
  new ModelUnavailable(reason, message, cause, retryAfterMs);
