import { isNestedDeeper, JSON_DEPTH_MAX, utf8Length } from "../../../bounds.ts";
import { FatalStepError, RetryLaterError, type StepOutcome } from "../step-handler.ts";
import type { StepEvent } from "./step-state.ts";

/**
 * Maximum bytes of a step's or run's output as JSON. It must fit a row of 2 MB together with the item of a `map` or the
 * input of the run; larger data is stored elsewhere and referred to.
 */
export const OUTPUT_BYTES_MAX = 950_000;
/** Maximum length of a failure message, in characters: an error page of a provider may be long. */
const MESSAGE_CHARACTERS_MAX = 2_000;

/** Converts a reported outcome to the event that moves the step. An output that cannot be stored becomes a failure. */
export function interpretOutcome(outcome: StepOutcome): StepEvent {
  switch (outcome.kind) {
    case "completed":
      return encodeOutput(outcome.output);
    case "failed":
      return { type: "failed", message: cut(outcome.message) };
    case "retry":
      return {
        type: "retried",
        message: cut(outcome.message),
        ...(outcome.afterMs !== undefined && { afterMs: outcome.afterMs }),
      };
    case "released":
      return { type: "released", message: cut(outcome.message), afterMs: outcome.afterMs };
  }
}

/** Converts an exception of a handler to the event that moves its step: a retry, or a failure for `FatalStepError`. */
export function interpretError(error: unknown): StepEvent {
  const message = describeError(error);
  if (error instanceof FatalStepError) return { type: "failed", message };
  if (error instanceof RetryLaterError) return { type: "retried", message, afterMs: error.afterMs };
  // The message of workerd when a deploy resets an object during a call.
  if (message.includes("reset because its code was updated")) return { type: "released", message };
  return { type: "retried", message };
}

/**
 * Converts an exception of a worker outside of the object to the outcome that it reports: a failure for
 * `FatalStepError`, otherwise a retry.
 */
export function outcomeOfError(error: unknown): StepOutcome {
  const message = describeError(error);
  if (error instanceof FatalStepError) return { kind: "failed", message };
  if (error instanceof RetryLaterError) return { kind: "retry", message, afterMs: error.afterMs };
  return { kind: "retry", message };
}

/** Returns the message of an error, cut to the maximum length of a stored message. */
export const describeError = (error: unknown) =>
  cut(error instanceof Error ? error.message : String(error));

const cut = (message: string) =>
  message.length <= MESSAGE_CHARACTERS_MAX
    ? message
    : `${message.slice(0, MESSAGE_CHARACTERS_MAX)}…`;

/** Formats a value for an error message, also one that JSON cannot express. */
export function showValue(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 80);
  } catch {
    return String(value).slice(0, 80);
  }
}

/**
 * Makes the event that completes a step with an output, encoded as JSON. If the output is not JSON or is too large,
 * makes the event that fails the step.
 */
export function encodeOutput(
  output: unknown,
): Extract<StepEvent, { type: "completed" | "failed" }> {
  let json: string;
  try {
    json = JSON.stringify(output ?? null) ?? "null";
  } catch (error) {
    return { type: "failed", message: `The step's output is not JSON: ${describeError(error)}` };
  }
  if (isNestedDeeper(json, JSON_DEPTH_MAX)) {
    return {
      type: "failed",
      message: `The step's output is nested more than ${JSON_DEPTH_MAX} levels deep. Flatten its objects and arrays`,
    };
  }
  const bytes = utf8Length(json);
  if (bytes <= OUTPUT_BYTES_MAX) return { type: "completed", output: json };
  return {
    type: "failed",
    message: `The step's output has ${bytes} bytes, more than the maximum of ${OUTPUT_BYTES_MAX}. Store large data elsewhere and return a reference to it`,
  };
}
