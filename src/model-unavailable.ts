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
export class ModelUnavailable extends Error {
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "ModelUnavailable";
    this.reason = reason;
  }
}
