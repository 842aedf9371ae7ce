import type { Definition } from "../definition.ts";

/**
 * The dependency graph of a workflow: its steps, with an edge to each step that a step needs. Computed once for each
 * definition.
 */
export type Graph = {
  readonly size: number;
  readonly roots: readonly string[];
  /** The steps that no other step needs. */
  readonly leaves: readonly string[];
  readonly listNeeds: (step: string) => readonly string[];
  readonly listDependents: (step: string) => readonly string[];
  /**
   * Tests whether some step that depends on `step` may run although `step` failed. If not, the failure fails the run.
   */
  readonly isFailureHandled: (step: string) => boolean;
  /**
   * The name of a step that can never begin, because it is in a cycle, depends on one, or needs a step that does not
   * exist; null if there is none.
   */
  readonly stuck: string | null;
  /** All steps, each after the steps that it needs. */
  readonly order: readonly string[];
};

/**
 * Builds the graph of a definition. Never throws: in the graph of an invalid definition, `stuck` names a step that can
 * never begin.
 */
export function buildGraph({ steps }: Definition): Graph {
  const names = Object.keys(steps);
  const needs = new Map(names.map((name) => [name, [...new Set(steps[name]?.needs)]] as const));
  const dependents = new Map<string, string[]>();
  const missing = new Map<string, number>();
  for (const [name, needed] of needs) {
    missing.set(name, needed.length);
    for (const need of needed) {
      const known = dependents.get(need);
      if (known) known.push(name);
      else dependents.set(need, [name]);
    }
  }
  const listDependents = (step: string) => dependents.get(step) ?? [];
  const roots = names.filter((name) => missing.get(name) === 0);
  const order = [...roots];
  // The list grows while it is iterated.
  for (const name of order) {
    for (const dependent of listDependents(name)) {
      const left = (missing.get(dependent) ?? 0) - 1;
      missing.set(dependent, left);
      if (left === 0) order.push(dependent);
    }
  }
  const ordered = new Set(order);
  const handled = new Set<string>();
  for (const name of order.toReversed()) {
    const isHandled = listDependents(name).some((dependent) => {
      const trigger = steps[dependent]?.trigger ?? "all_success";
      return trigger === "all_done" || trigger === "one_failed" || handled.has(dependent);
    });
    if (isHandled) handled.add(name);
  }
  return {
    size: names.length,
    roots,
    leaves: names.filter((name) => listDependents(name).length === 0),
    listNeeds: (step) => needs.get(step) ?? [],
    listDependents,
    isFailureHandled: (step) => handled.has(step),
    stuck: names.find((name) => !ordered.has(name)) ?? null,
    order,
  };
}

/** Returns the given steps and all steps that depend on them, directly or through others. */
export function withDependents(graph: Graph, steps: Iterable<string>): Set<string> {
  const all = new Set(steps);
  for (const step of all) for (const dependent of graph.listDependents(step)) all.add(dependent);
  return all;
}
