import type { Definition } from "./definition.ts";
import { isLive, type StepState } from "./step-state.ts";

export type RunStatus = "running" | "completed" | "failed" | "cancelled";

export type RunProgress =
  | { readonly kind: "running"; readonly begin: readonly string[] }
  | { readonly kind: "completed" }
  | { readonly kind: "failed"; readonly step: string; readonly message: string };

/**
 * What a run does now that its steps stand as they stand. A run that waits for nothing that is alive
 * (a cycle, a need that does not exist) fails: every run ends.
 */
export function progressRun(
  { steps }: Definition,
  states: ReadonlyMap<string, StepState>,
): RunProgress {
  for (const [step, state] of states) {
    if (state.phase === "failed") return { kind: "failed", step, message: state.message };
  }
  const isCompleted = (step: string) => states.get(step)?.phase === "completed";
  if (Object.keys(steps).every(isCompleted)) return { kind: "completed" };
  const pending = Object.keys(steps).filter((step) => !states.has(step));
  const begin = pending.filter((step) => (steps[step]?.needs ?? []).every(isCompleted));
  const [stuck] = pending;
  if (begin.length === 0 && stuck !== undefined && ![...states.values()].some(isLive)) {
    return { kind: "failed", step: stuck, message: `${stuck} needs what will never complete` };
  }
  return { kind: "running", begin };
}
