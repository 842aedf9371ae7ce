import { APICallError } from "@ai-sdk/provider";

import { retryAfterMs } from "../../kernel/rules/retry-after.ts";
import type { UnavailableReason } from "../../model-unavailable.ts";
import type { CallOutcome } from "./circuit.ts";

/**
 * A failed model call, classified: the error for the caller, whether to retry, and the outcome for the circuit breaker.
 */
export type CallFailure = {
  readonly reason: UnavailableReason;
  readonly message: string;
  readonly isRepeatable: boolean;
  /** The delay before a retry that the provider asked for, in milliseconds; 0 if it asked for none. */
  readonly retryAfterMs: number;
  readonly outcome: CallOutcome;
};

/** Thrown when a provider exceeds the time limit of a part of a call; `phase` names the part. */
export class CallTimeout extends Error {
  constructor(phase: "connect" | "first token" | "next token" | "end", afterMs: number) {
    super(`No ${phase} within ${Math.round(afterMs / 100) / 10} s`);
    this.name = "CallTimeout";
  }
}

/**
 * Classifies the error of a model call, at `now` in milliseconds. The message of the result is written here: a
 * provider's own text may name hosts, and may repeat keys and prompts.
 */
export function classifyCallFailure(error: unknown, model: string, now: number): CallFailure {
  const provider = `The provider of the model '${model}'`;
  if (error instanceof CallTimeout) {
    return transient("timeout", `${provider} is too slow. ${error.message}.`);
  }
  const status = APICallError.isInstance(error) ? error.statusCode : 200;
  if (status === undefined) return transient("unreachable", `${provider} cannot be reached.`);
  if (!APICallError.isInstance(error) || status < 400) {
    // The stream broke, sent something that is not an answer, or reported an error itself.
    const failure = transient("server_error", `${provider} interrupted its answer.`);
    return { ...failure, outcome: "failure" };
  }
  if (status >= 500 || status === 408) {
    const failure = transient("server_error", `${provider} failed with status ${status}.`);
    return { ...failure, retryAfterMs: retryAfterMs(error.responseHeaders?.["retry-after"], now) };
  }
  const permanent = { isRepeatable: false, retryAfterMs: 0, outcome: "ignored" as const };
  if (status === 429) {
    return {
      reason: "rate_limited",
      message: `${provider} limits the rate of calls. Retry later.`,
      isRepeatable: true,
      retryAfterMs: retryAfterMs(error.responseHeaders?.["retry-after"], now),
      outcome: "ignored",
    };
  }
  if (MISCONFIGURED.has(status)) {
    const message = `${provider} refuses this service's calls with status ${status}. The operator has to check its settings.`;
    return { reason: "misconfigured", message, ...permanent };
  }
  const message = `${provider} refuses the request with status ${status}. ${describeRefusal(status)}`;
  return { reason: "request_refused", message, ...permanent };
}

function describeRefusal(status: number): string {
  if (status === 413) return "It is too large: send less text.";
  return "Check its length, its tools and its format against what the model supports; the service's log has the provider's reason.";
}

/** Key missing or wrong, payment due, access denied, model unknown: only the operator can fix these, not the client. */
const MISCONFIGURED: ReadonlySet<number> = new Set([401, 402, 403, 404]);

const transient = (reason: UnavailableReason, message: string): CallFailure => ({
  reason,
  message,
  isRepeatable: true,
  retryAfterMs: 0,
  outcome: "hard_failure",
});

/**
 * Limits the load that retries add to a provider: to a tenth of the calls plus one retry a second. Each isolate has a
 * budget of its own, since asking a shared one would be another call.
 */
export class RetryBudget {
  #tokens = TOKENS_MAX;
  #filledAt: number | null = null;

  /** Counts a first attempt, which adds a tenth of a retry to the budget. */
  countCall(): void {
    this.#tokens = Math.min(TOKENS_MAX, this.#tokens + RETRIES_PER_CALL);
  }

  /** Returns true and counts a retry if the budget allows one, otherwise false. `now` is in milliseconds. */
  take(now: number): boolean {
    const elapsedMs = Math.max(0, now - (this.#filledAt ?? now));
    this.#tokens = Math.min(TOKENS_MAX, this.#tokens + (elapsedMs / 1_000) * RETRIES_PER_SECOND);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

const RETRIES_PER_CALL = 0.1;
const RETRIES_PER_SECOND = 1;
/** Maximum number of retries that can accumulate. */
const TOKENS_MAX = 10;
