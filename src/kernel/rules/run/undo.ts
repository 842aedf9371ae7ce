import type { StepDefinition } from "../definition.ts";
import type { StepState } from "../step/step-state.ts";

/** What has to be done about a step of a run that is taken back; `run`: about the run that it started, if it did. */
export type Undoing = "nothing" | "work" | "run";

/**
 * Work that completed is undone, and work that may have had its effect although nobody reported it: undoing must
 * put up with there being nothing to undo. A sub-workflow without an `undo` of its own is taken back step by step.
 */
export function undoingOf(definition: Pick<StepDefinition, "undo">, state: StepState): Undoing {
  const isDone = state.phase === "completed";
  const mayBeDone = (state.phase === "failed" || state.phase === "cancelled") && !state.certain;
  if (definition.undo) return isDone || mayBeDone ? "work" : "nothing";
  return isDone ? "run" : "nothing";
}
