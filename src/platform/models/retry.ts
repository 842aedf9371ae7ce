import { APICallError, JSONParseError, TypeValidationError } from "@ai-sdk/provider";

import { isWorkersAi } from "../../env.ts";
import { retryAfterMs } from "../../kernel/rules/retry-after.ts";
import { ModelUnavailable, type UnavailableReason } from "../../model-unavailable.ts";
import type { CallOutcome } from "./circuit.ts";
import { ConnectionFailed } from "./connection.ts";

/**
 * A failed model call, classified: the error message for the caller, whether a retry may help, and the outcome that the
 * circuit breaker counts.
 */
export type CallFailure = {
  readonly reason: UnavailableReason;
  readonly message: string;
  readonly isRepeatable: boolean;
  /** The delay before a retry that the provider asked for, in milliseconds; 0 if it asked for none. */
  readonly retryAfterMs: number;
  readonly outcome: CallOutcome;
};

/**
 * Thrown when a provider exceeds a time limit in a model call. `phase` names the part of the call that took too long.
 */
export class CallTimeout extends Error {
  constructor(phase: "connect" | "first token" | "next token" | "end", afterMs: number) {
    super(`No ${phase} within ${Math.round(afterMs / 100) / 10} s`);
    this.name = "CallTimeout";
  }
}

/** Thrown for a complete reply of a provider that cannot be read as an answer. */
export class UnreadableReply extends Error {
  override readonly name = "UnreadableReply";
}

/**
 * Classifies the error of a model call. `now` (milliseconds since the epoch) is needed to read a `Retry-After` date.
 * The message of the result is our own: a provider's text may name hosts, and may repeat keys and prompts.
 */
export function classifyCallFailure(error: unknown, model: string, now: number): CallFailure {
  const provider = `The provider of the model '${model}'`;
  if (error instanceof CallTimeout) {
    return transient("timeout", `${provider} is too slow. ${error.message}.`);
  }
  const [known] = causesOf(error).filter((cause) => cause instanceof ModelUnavailable);
  if (known) return { reason: known.reason, message: known.message, ...PERMANENT };
  const [connection] = causesOf(error).filter((cause) => cause instanceof ConnectionFailed);
  if (connection) return unconnected(connection.reason, provider);
  if (!APICallError.isInstance(error)) return interruption(error, provider);
  const { statusCode: status } = error;
  if (status === undefined) return unconnected("unreachable", provider);
  if (status >= 300 && status < 400) {
    const message = `${provider} redirects to another address, which is not followed. The operator has to check LLM_BASE_URL.`;
    return { reason: "misconfigured", message, ...PERMANENT };
  }
  if (status < 400) return interruption(error, provider);
  const waitMs = retryAfterMs(error.responseHeaders?.["retry-after"], now);
  if (status >= 500 || status === 408)
    return serverFailure(status, error.responseBody, waitMs, provider);
  if (status === 429) {
    return {
      reason: "rate_limited",
      message: `${provider} limits the rate of calls. Retry later.`,
      isRepeatable: true,
      retryAfterMs: waitMs,
      outcome: "ignored",
    };
  }
  const refused = REFUSED_SERVICES.get(status);
  if (refused) {
    const setting = isWorkersAi(model) ? WORKERS_AI_SETTING : refused.setting;
    const message = `${provider} ${refused.words}, with status ${status}. The operator has to check ${setting}.`;
    return { reason: refused.reason, message, ...PERMANENT };
  }
  const message = `${provider} refuses the request with status ${status}. ${describeRefusal(status)}`;
  return { reason: "request_refused", message, ...PERMANENT };
}

const PERMANENT = { isRepeatable: false, retryAfterMs: 0, outcome: "ignored" } as const;

/** Describes a connection that there was none of. */
function unconnected(reason: UnavailableReason, provider: string): CallFailure {
  return transient(reason, `${provider} ${CONNECTIONS[reason] ?? "cannot be reached"}.`);
}

const CONNECTIONS: Partial<Record<UnavailableReason, string>> = {
  connection_refused: "refuses or drops connections",
  dns_failed:
    "cannot be found: its host name has no address. The operator has to check the address",
  tls_failed: "has no valid TLS certificate. The operator has to check the address",
};

/** Describes an answer that broke off or cannot be read, or an error that the provider reported in it. */
function interruption(error: unknown, provider: string): CallFailure {
  const failure = !(error instanceof Error)
    ? transient("server_error", `${provider} reported an error in the middle of its answer.`)
    : causesOf(error).some(isUnreadable)
      ? transient("server_error", `${provider} sent an answer that cannot be read.`)
      : transient("interrupted", `${provider} interrupted its answer.`);
  return { ...failure, outcome: "failure" };
}

const isUnreadable = (error: unknown): boolean =>
  error instanceof UnreadableReply ||
  JSONParseError.isInstance(error) ||
  TypeValidationError.isInstance(error);

/** An error and its cause: the provider's client wraps some of the errors of a `fetch`. */
const causesOf = (error: unknown): readonly unknown[] =>
  error instanceof Error ? [error, error.cause] : [error];

/** Describes a status of the provider, or one that Cloudflare's network gives in its place. */
function serverFailure(
  status: number,
  body: string | undefined,
  waitMs: number,
  provider: string,
): CallFailure {
  const isUnnamed = status === 530 && body?.includes("1016");
  const reason = isUnnamed ? "dns_failed" : NETWORK_STATUSES.get(status);
  if (reason !== undefined) return { ...unconnected(reason, provider), retryAfterMs: waitMs };
  if (TIMEOUT_STATUSES.has(status)) {
    const late = transient("timeout", `${provider} is too slow, with status ${status}.`);
    return { ...late, retryAfterMs: waitMs };
  }
  const failure = transient("server_error", `${provider} failed with status ${status}.`);
  return { ...failure, retryAfterMs: waitMs };
}

/** Statuses of Cloudflare's network for an origin that it cannot connect to. */
const NETWORK_STATUSES: ReadonlyMap<number, UnavailableReason> = new Map([
  [521, "connection_refused"],
  [523, "unreachable"],
  [525, "tls_failed"],
  [526, "tls_failed"],
]);
/** Time limits of a gateway before the provider's server and of Cloudflare's network. */
const TIMEOUT_STATUSES: ReadonlySet<number> = new Set([504, 522, 524]);

function describeRefusal(status: number): string {
  if (status === 413) return "It is too large: send less text.";
  return "Check its length, its tools and its format against what the model supports; the service's log has the provider's reason.";
}

type RefusedService = {
  readonly reason: UnavailableReason;
  readonly words: string;
  readonly setting: string;
};

/** Workers AI has no key and no address: the account's plan and its agreements decide. */
const WORKERS_AI_SETTING = "the model's name, and what the account may use of Workers AI";

/** Statuses that refuse the service and not the request: only the operator can remove their cause. */
const REFUSED_SERVICES: ReadonlyMap<number, RefusedService> = new Map([
  [401, { reason: "unauthorized", words: "refuses this service's key", setting: "LLM_API_KEY" }],
  [402, { reason: "misconfigured", words: "asks for a payment", setting: "the account" }],
  [
    403,
    { reason: "unauthorized", words: "denies this service the access", setting: "LLM_API_KEY" },
  ],
  [
    404,
    {
      reason: "not_found",
      words: "does not have the model, or not at this address",
      setting: "the model's name and LLM_BASE_URL",
    },
  ],
]);

const transient = (reason: UnavailableReason, message: string): CallFailure => ({
  reason,
  message,
  isRepeatable: true,
  retryAfterMs: 0,
  outcome: "hard_failure",
});

/**
 * Limits the load that retries add to a provider: to one retry for every ten calls, plus one retry a second. Each
 * isolate has a budget of its own, since a shared budget would cost another network call.
 */
export class RetryBudget {
  #tokens = TOKENS_MAX;
  #filledAt: number | null = null;

  /** Counts a call's first attempt, which adds a tenth of a retry to the budget. */
  countCall(): void {
    this.#tokens = Math.min(TOKENS_MAX, this.#tokens + RETRIES_PER_CALL);
  }

  /**
   * Takes a retry from the budget. Returns false if the budget allows none. `now` is in milliseconds since the epoch.
   */
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
