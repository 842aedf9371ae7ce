import { APICallError } from "@ai-sdk/provider";

import { retryAfterMs } from "../../kernel/rules/retry-after.ts";
import type { UnavailableReason } from "../../model-unavailable.ts";
import type { CallOutcome } from "./circuit.ts";

/** A failed call of a provider: what it means for the caller, for a retry and for the circuit breaker. */
export type CallFailure = {
  readonly reason: UnavailableReason;
  readonly message: string;
  readonly isRepeatable: boolean;
  /** The provider asked not to be called before this time has passed. */
  readonly retryAfterMs: number;
  readonly outcome: CallOutcome;
};

/** A provider exceeded a time limit while the caller waited for `phase`. */
export class CallTimeout extends Error {
  constructor(phase: "connect" | "first token" | "next token" | "end", afterMs: number) {
    super(`No ${phase} within ${Math.round(afterMs / 100) / 10} s`);
    this.name = "CallTimeout";
  }
}

/** The one classifier of what providers throw. Bodies and prompts stay out of its messages. */
export function classifyCallFailure(error: unknown, provider: string, now: number): CallFailure {
  if (error instanceof CallTimeout) {
    return transient("timeout", `${provider} is too slow. ${error.message}.`);
  }
  const status = APICallError.isInstance(error) ? error.statusCode : 200;
  if (status === undefined) return transient("unreachable", `${provider} cannot be reached.`);
  if (!APICallError.isInstance(error) || status < 400) {
    // The stream broke, said something that is no answer, or reported an error of its own.
    const failure = transient("server_error", `${provider} broke off its answer.`);
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
      message: `${provider} refuses more calls for now.`,
      isRepeatable: true,
      retryAfterMs: retryAfterMs(error.responseHeaders?.["retry-after"], now),
      outcome: "ignored",
    };
  }
  if (MISCONFIGURED.has(status)) {
    const message = `${provider} refuses this service's calls with status ${status}.`;
    return { reason: "misconfigured", message, ...permanent };
  }
  const message = `${provider} refuses the request: ${error.message.slice(0, MESSAGE_CHARACTERS_MAX)}`;
  return { reason: "request_refused", message, ...permanent };
}

/** Key missing or wrong, not paid, not allowed, no such model: the operator's to mend, not the client's. */
const MISCONFIGURED: ReadonlySet<number> = new Set([401, 402, 403, 404]);
const MESSAGE_CHARACTERS_MAX = 500;

const transient = (reason: UnavailableReason, message: string): CallFailure => ({
  reason,
  message,
  isRepeatable: true,
  retryAfterMs: 0,
  outcome: "hard_failure",
});

/**
 * Bounds what retries add to a provider's load: at most a tenth of its calls and one a second. It is kept by
 * each isolate for itself, so that asking costs nothing.
 */
export class RetryBudget {
  #tokens = TOKENS_MAX;
  #filledAt: number | null = null;

  countCall(): void {
    this.#tokens = Math.min(TOKENS_MAX, this.#tokens + RETRIES_PER_CALL);
  }

  /** Counts a retry and allows it; false when the budget is used up. */
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
/** Retries that can be saved up. */
const TOKENS_MAX = 10;
