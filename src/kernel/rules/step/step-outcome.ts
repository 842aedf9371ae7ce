import { FatalStepError, RetryLaterError, type StepOutcome } from "../step-handler.ts";
import type { StepEvent } from "./step-state.ts";

/** A row holds 2 MB; an output beyond this is a design mistake of its step and would not be stored. */
export const OUTPUT_BYTES_MAX = 1_000_000;
/** A provider's whole page must not become the reason why a step failed. */
const MESSAGE_CHARACTERS_MAX = 2_000;

/** Converts a handler's report to an event of its step. An output that cannot be stored fails the step instead of stranding it. */
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
  }
}

/** Converts a handler's exception to an event of its step. */
export function interpretError(error: unknown): StepEvent {
  const message = describeError(error);
  if (error instanceof FatalStepError) return { type: "failed", message };
  if (error instanceof RetryLaterError) return { type: "retried", message, afterMs: error.afterMs };
  // The words that workerd uses when a deploy takes an object away in the middle of a call.
  if (message.includes("reset because its code was updated")) return { type: "released", message };
  return { type: "retried", message };
}

export const describeError = (error: unknown) =>
  cut(error instanceof Error ? error.message : String(error));

const cut = (message: string) =>
  message.length <= MESSAGE_CHARACTERS_MAX
    ? message
    : `${message.slice(0, MESSAGE_CHARACTERS_MAX)}…`;

/** Shows a wrong value to people, also one that JSON cannot express. */
export function showValue(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 80);
  } catch {
    return String(value).slice(0, 80);
  }
}

/** Encodes an output as a row keeps it, or fails the step if it cannot. */
export function encodeOutput(
  output: unknown,
): Extract<StepEvent, { type: "completed" | "failed" }> {
  let json: string;
  try {
    json = JSON.stringify(output ?? null) ?? "null";
  } catch (error) {
    return { type: "failed", message: `The step's output is not JSON: ${describeError(error)}` };
  }
  const bytes = byteLength(json);
  if (bytes <= OUTPUT_BYTES_MAX) return { type: "completed", output: json };
  return {
    type: "failed",
    message: `The step's output has ${bytes} bytes, more than the ${OUTPUT_BYTES_MAX} that are kept. Put large data elsewhere and return its name`,
  };
}

/** Length in UTF-8; exact only where it may exceed an output's bound. */
export function byteLength(text: string): number {
  return text.length * 3 <= OUTPUT_BYTES_MAX ? text.length : new TextEncoder().encode(text).length;
}
