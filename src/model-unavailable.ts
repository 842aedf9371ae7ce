import { PublicError } from "./public-error.ts";

/** The reason why a model's provider cannot answer, as error messages, logs and metrics show it. */
export type UnavailableReason =
  | "circuit_open"
  | "rate_limited"
  | "timeout"
  | "unreachable"
  | "server_error"
  | "misconfigured"
  | "request_refused";

/**
 * Thrown when a call of a language or embedding model fails because of its provider: an outage, a limit, a timeout. A
 * retry may help, except with the reason `request_refused`: the provider refuses this very request.
 */
export class ModelUnavailable extends PublicError {
  override readonly name = "ModelUnavailable";
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}
