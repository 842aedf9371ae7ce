import type { RetryPolicy } from "../../kernel/rules/definition.ts";
import { backoffMs } from "../../kernel/rules/step/backoff.ts";
import { ModelUnavailable } from "../../model-unavailable.ts";
import { logger } from "../logger.ts";
import type { CallOutcome, Permit } from "./circuit.ts";
import type { Clock } from "./clock.ts";
import { type CallFailure, classifyCallFailure, type RetryBudget } from "./retry.ts";

/** The circuit breaker of one provider's model. */
export interface CircuitBreaker {
  /** Returns a permit to call, or null while the circuit is open. */
  admit(): Promise<Permit | null>;
  settle(permit: Permit, outcome: CallOutcome): Promise<void>;
}

/** The circuit breaker, retries, time limit and clock for calls of one provider's model. */
export type Guard = {
  readonly provider: string;
  readonly model: string;
  readonly breaker: CircuitBreaker;
  readonly budget: RetryBudget;
  /** `totalMs` is the time limit of all attempts together, from the start of the first. */
  readonly policy: RetryPolicy & { readonly totalMs: number };
  readonly clock: Clock;
};

/** One attempt of a call under its permit. `settle` records the outcome; only the first call counts. */
export type CallAttempt = { settle(outcome: CallOutcome): Promise<void> };

/** Begins an attempt. Throws `ModelUnavailable` when the circuit is open. */
export async function beginAttempt({ breaker, provider, model }: Guard): Promise<CallAttempt> {
  const permit = await breaker.admit();
  if (permit === null) {
    const last = lastFailures.get(nameOf({ provider, model }));
    const message = `The provider of the model '${model}' has failed too often recently. Retry later.`;
    throw new ModelUnavailable("circuit_open", last ? `${message} At last: ${last}` : message);
  }
  let settled = false;
  return {
    settle: async (outcome) => {
      if (settled) return;
      settled = true;
      try {
        await breaker.settle(permit, outcome);
      } catch (error) {
        logger.warn("model.breaker.unsettled", { provider, model }, error);
      }
    },
  };
}

/**
 * Settles a failed attempt and waits until the next one may begin. Throws `ModelUnavailable` if there must be none. No
 * other layer repeats calls of a provider.
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
