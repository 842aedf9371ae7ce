export type UnavailableReason =
  | "circuit_open"
  | "rate_limited"
  | "timeout"
  | "unreachable"
  | "server_error"
  | "misconfigured"
  | "request_refused";

/** A provider that cannot be used now; `request_refused` means that it never will be for this request. */
export class ModelUnavailable extends Error {
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "ModelUnavailable";
    this.reason = reason;
  }
}
