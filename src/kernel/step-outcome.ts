import { FatalStepError, type StepOutcome } from "./step-handler.ts";
import type { StepEvent } from "./step-state.ts";

/** A row holds 2 MB; an output beyond this is a design mistake of its step and would not be stored. */
export const OUTPUT_CHARACTERS_MAX = 1_000_000;

/** What a handler's report means for its step. An output that cannot be stored fails the step instead of stranding it. */
export function eventOfOutcome(outcome: StepOutcome): StepEvent {
  switch (outcome.kind) {
    case "completed":
      return eventOfOutput(outcome.output);
    case "failed":
      return { type: "failed", message: outcome.message };
    case "retry":
      return {
        type: "retried",
        message: outcome.message,
        ...(outcome.afterMs !== undefined && { afterMs: outcome.afterMs }),
      };
  }
}

/** What a handler's exception means for its step. */
export function eventOfError(error: unknown): StepEvent {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof FatalStepError) return { type: "failed", message };
  // The words that workerd uses when a deploy takes an object away in the middle of a call.
  if (message.includes("reset because its code was updated")) return { type: "released", message };
  return { type: "retried", message };
}

function eventOfOutput(output: unknown): StepEvent {
  let json: string;
  try {
    json = JSON.stringify(output ?? null) ?? "null";
  } catch (error) {
    return { type: "failed", message: `The step's output is not JSON: ${String(error)}` };
  }
  if (json.length <= OUTPUT_CHARACTERS_MAX) return { type: "completed", output: json };
  return {
    type: "failed",
    message: `The step's output has ${json.length} characters, more than ${OUTPUT_CHARACTERS_MAX}`,
  };
}
