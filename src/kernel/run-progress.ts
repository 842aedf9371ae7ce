import type { Definition } from "./definition.ts";
import type { StepState } from "./step-state.ts";

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
  const open = Object.keys(steps).filter((step) => !isCompleted(step));
  if (open.length === 0) return { kind: "completed" };
  const begin = open.filter(
    (step) => !states.has(step) && steps[step]?.needs?.every(isCompleted) !== false,
  );
  const waiting = open.find((step) => !states.has(step));
  if (
    begin.length === 0 &&
    open.every((step) => !states.has(step) || states.get(step)?.phase === "cancelled")
  ) {
    const step = waiting ?? open[0] ?? "";
    return { kind: "failed", step, message: `${step} needs a step that will never complete` };
  }
  return { kind: "running", begin };
}
