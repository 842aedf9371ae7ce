import type { StepState } from "../step/step-state.ts";
import { type Graph, withDependents } from "./graph.ts";

/**
 * Selects the steps to repeat when a settled run is retried: the step `from` unless it is null, steps that failed, were
 * cancelled or were undone, and all steps that depend on these. Other completed steps keep their outputs.
 */
export function stepsToRetry(
  graph: Graph,
  states: ReadonlyMap<string, StepState>,
  undone: ReadonlySet<string>,
  from: string | null,
): Set<string> {
  const again = new Set(undone);
  if (from !== null) again.add(from);
  for (const step of graph.order) {
    const state = states.get(step);
    if (state?.phase === "completed") continue;
    if (state?.phase === "skipped" && state.reason !== "upstream_failed") continue;
    again.add(step);
  }
  return withDependents(graph, again);
}
