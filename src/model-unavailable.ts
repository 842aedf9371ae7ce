import { PublicError } from "./public-error.ts";

/** The cause of an outage, as answers, logs and metrics report it. */
export type UnavailableReason =
  | "circuit_open"
  | "rate_limited"
  | "timeout"
  | "unreachable"
  | "server_error"
  | "misconfigured"
  | "request_refused";

/** Thrown when a provider cannot answer now. With the reason `request_refused`, it never will for this request. */
export class ModelUnavailable extends PublicError {
  override readonly name = "ModelUnavailable";
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}
