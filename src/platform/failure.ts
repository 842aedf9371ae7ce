import { ModelUnavailable } from "../model-unavailable.ts";

/**
 * The class of a thrown error, by which callers decide about a retry. `transient`: the platform failed, and the same
 * call may be repeated (with a new stub, for a Durable Object). `overloaded`: the Durable Object or database refused
 * the call or did not answer in time; the call must not be repeated at once. `full`: storage is full, and a retry does
 * not help. `bug`: any other error.
 */
export type Failure = "transient" | "overloaded" | "full" | "bug";

/**
 * Thrown when a call to a database, an R2 bucket or a Durable Object is not answered in time. The call may still take
 * effect.
 */
export class CallOverdue extends Error {
  override readonly name = "CallOverdue";

  constructor(call: string, ms: number) {
    super(`No answer to ${call} within ${ms / 1000} s`);
  }
}

/**
 * Thrown in place of an error of R2, whose own errors do not show whether the platform failed or the call was wrong.
 * `classifyFailure` treats it as `transient`.
 */
export class BucketRefused extends Error {
  override readonly name = "BucketRefused";

  constructor(call: string, cause: unknown) {
    super(`R2 refused ${call}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/**
 * Classifies a thrown error, so that the caller can decide about a retry. For errors of Durable Objects and RPC it
 * reads the properties that the runtime sets, for errors of D1 the message.
 */
export function classifyFailure(error: unknown): Failure {
  if (typeof error !== "object" || error === null) return "bug";
  if (error instanceof ModelUnavailable) {
    return error.reason === "request_refused" ? "bug" : "transient";
  }
  const message = "message" in error ? String(error.message) : "";
  if (FULL_WORDS.test(message)) return "full";
  if (error instanceof CallOverdue) return "overloaded";
  if (error instanceof BucketRefused) return "transient";
  if ("overloaded" in error && error.overloaded === true) return "overloaded";
  if ("durableObjectReset" in error && error.durableObjectReset === true) return "transient";
  if ("retryable" in error && error.retryable === true) return "transient";
  return TRANSIENT_WORDS.test(message) ? "transient" : "bug";
}

/** SQLite's words for a full disk, those of D1 and of an object for their limits, and those of an operating system. */
const FULL_WORDS =
  /SQLITE_FULL|database or disk is full|Exceeded maximum DB size|ENOSPC|no space left on device/i;
/** "internal error" is what workerd makes of a failure of its own, such as a local disk that is full. */
const TRANSIENT_WORDS =
  /Network connection lost|storage caused object to be reset|D1 DB is overloaded|D1 DB storage operation exceeded timeout|reset because its code was updated|disconnected prematurely|transient issue on remote node|D1 DB(?:'s isolate)? exceeded its|SQLITE_(?:BUSY|LOCKED|IOERR|CANTOPEN)|^internal error; reference = /i;
