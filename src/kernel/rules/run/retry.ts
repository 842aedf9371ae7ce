import type { StepState } from "../step/step-state.ts";
import { type Graph, withDependents } from "./graph.ts";

/**
 * The steps that are done over when a run is taken up again: the one that is asked for, what failed or was cut
 * short, what was undone, and everything after them. What completed before them keeps its output.
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
