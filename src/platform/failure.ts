import { ModelUnavailable } from "../model-unavailable.ts";

/**
 * The class of a thrown error. `transient`: the platform failed, and the same call may be repeated with a fresh stub.
 * `overloaded`: the object shed the call; do not repeat it at once. `bug`: everything else.
 */
export type Failure = "transient" | "overloaded" | "bug";

/** Classifies an error by the marks that workerd sets on errors of objects and RPC. D1's are only in the message. */
export function classifyFailure(error: unknown): Failure {
  if (typeof error !== "object" || error === null) return "bug";
  if (error instanceof ModelUnavailable) {
    return error.reason === "request_refused" ? "bug" : "transient";
  }
  if ("overloaded" in error && error.overloaded === true) return "overloaded";
  if ("durableObjectReset" in error && error.durableObjectReset === true) return "transient";
  if ("retryable" in error && error.retryable === true) return "transient";
  const message = "message" in error ? String(error.message) : "";
  return TRANSIENT_WORDS.test(message) ? "transient" : "bug";
}

const TRANSIENT_WORDS =
  /Network connection lost|storage caused object to be reset|D1 DB is overloaded|D1 DB storage operation exceeded timeout|reset because its code was updated|disconnected prematurely/i;
