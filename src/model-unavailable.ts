import { PublicError } from "./public-error.ts";

/** The reason why a model's provider cannot answer, as a code for error responses, logs and metrics. */
export type UnavailableReason =
  | "circuit_open"
  | "rate_limited"
  | "timeout"
  | "connection_refused"
  | "dns_failed"
  | "tls_failed"
  | "unreachable"
  | "interrupted"
  | "server_error"
  | "unauthorized"
  | "not_found"
  | "misconfigured"
  | "dimensions_changed"
  | "request_refused";

/**
 * Thrown when a call of a language or embedding model fails because of its provider: an outage, a limit, a timeout. A
 * retry may help, except with the reason `request_refused`: the provider refuses this request itself.
 */
export class ModelUnavailable extends PublicError {
  override readonly name = "ModelUnavailable";
  readonly reason: UnavailableReason;
  /** The delay before a retry, in milliseconds, that the provider or the circuit breaker asks for; 0 if none does. */
  readonly retryAfterMs: number;

  constructor(reason: UnavailableReason, message: string, cause?: unknown, retryAfterMs = 0) {
    super(message, { cause });
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The reasons that only the operator of the service can remove. A repeated request fails like the first one. */
const LASTING: ReadonlySet<UnavailableReason> = new Set([
  "dns_failed",
  "tls_failed",
  "unauthorized",
  "not_found",
  "misconfigured",
  "dimensions_changed",
]);

/** The reasons that concern all calls of the model, whatever is asked. */
const GENERAL: ReadonlySet<UnavailableReason> = new Set([
  "circuit_open",
  "rate_limited",
  "connection_refused",
  "unreachable",
]);

/**
 * Tests whether the provider is away for everybody, and not only for one request, which may itself be what makes the
 * model fail or take too long.
 */
export const isAway = (reason: UnavailableReason): boolean => GENERAL.has(reason);

/** The reasons that one request may cause by itself, as well as an outage for all requests. */
const UNCLEAR: ReadonlySet<UnavailableReason> = new Set([
  "timeout",
  "interrupted",
  "server_error",
  "dns_failed",
  "tls_failed",
]);

/**
 * Tests whether the provider may be away for everybody, which another request can show. Of a host without an address or
 * a certificate that is so, too: the operator may repair it within hours.
 */
export const mayBeAway = (reason: UnavailableReason): boolean => UNCLEAR.has(reason);

/**
 * Tests whether an outage with this reason can end without help from the operator, so that a later request may succeed.
 */
export const isPassing = (reason: UnavailableReason): boolean => !LASTING.has(reason);
