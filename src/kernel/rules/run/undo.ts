import type { StepDefinition } from "../definition.ts";
import type { StepState } from "../step/step-state.ts";

/** The undo of a step: none, its own `undo` work, or the undo of the run that it started, if it did. */
export type Undoing = "nothing" | "work" | "run";

/**
 * Decides what undoes a step. Work that completed is undone, and work that may have had its effect although nobody
 * reported it, so an undo must accept that there is nothing to undo. A sub-workflow without an `undo` of its own is
 * undone step by step.
 */
export function decideUndo(definition: Pick<StepDefinition, "undo">, state: StepState): Undoing {
  const isDone = state.phase === "completed";
  const mayBeDone = (state.phase === "failed" || state.phase === "cancelled") && !state.certain;
  if (definition.undo) return isDone || mayBeDone ? "work" : "nothing";
  return isDone ? "run" : "nothing";
}
