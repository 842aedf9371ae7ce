import type { StepDefinition } from "../definition.ts";
import type { StepState } from "../step/step-state.ts";

/** The way in which a step is undone: not at all, by its `undo` work, or by undoing the run that the step started. */
export type Undoing = "nothing" | "work" | "run";

/**
 * Decides how a step is undone. Completed work is undone, and also work that may have had an effect although its
 * completion was not reported. So an `undo` must also succeed when there is nothing to undo. A sub-workflow step
 * without `undo` is undone step by step.
 */
export function decideUndo(definition: Pick<StepDefinition, "undo">, state: StepState): Undoing {
  const isDone = state.phase === "completed";
  const mayBeDone = (state.phase === "failed" || state.phase === "cancelled") && !state.certain;
  if (definition.undo) return isDone || mayBeDone ? "work" : "nothing";
  return isDone ? "run" : "nothing";
}
