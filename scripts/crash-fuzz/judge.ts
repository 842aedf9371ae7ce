import type { Effect } from "../effects/effect.ts";
import type { FuzzGraph } from "./graphs/fuzz-graph.ts";

/** A run of the crash fuzz, as its object has stored it. */
export type FuzzedRun = {
  readonly id: string;
  /** The id of the run that started this one as its sub-workflow; null for other runs. */
  readonly parent: string | null;
  readonly status: string;
  /** True while a step of the run is ready or claimed. */
  readonly isAtWork: boolean;
  /** The statuses with which the run has settled, in order. A retried run can have several. */
  readonly settled: readonly string[];
  readonly completed: readonly string[];
  readonly attempts: number;
};

/** A run that the crash fuzz starts: its id, and the graph of its workflow, which says what is expected of the run. */
export type PlannedRun = { readonly id: string; readonly graph: FuzzGraph };

/** Tests whether a run has ended. */
export const hasEnded = ({ status }: FuzzedRun): boolean =>
  status === "completed" || status === "failed" || status === "cancelled";

/**
 * Checks the runs and effects of a crash fuzz, after all runs have ended: compares the runs that are stored, and the
 * effects that were counted, with those that the graphs of the planned runs expect. Returns one sentence for each
 * problem.
 */
export function judge(
  planned: readonly PlannedRun[],
  stored: readonly FuzzedRun[],
  effects: readonly Effect[],
): string[] {
  const trees = Map.groupBy(stored, ({ id }) => findRoot(id));
  const caused = Map.groupBy(effects, ({ label }) => findRoot(label));
  const known = new Set(planned.map(({ id }) => id));
  const strangers = [...trees.keys(), ...caused.keys()].filter((id) => !known.has(id));
  return [
    ...planned.flatMap(({ id, graph }) =>
      judgeRun(id, graph, trees.get(id) ?? [], caused.get(id) ?? []).map(
        (problem) => `${id} (${graph.name}) ${problem}`,
      ),
    ),
    ...strangers.map((id) => `${id} was never started, but has rows or effects`),
  ];
}

function judgeRun(
  id: string,
  graph: FuzzGraph,
  tree: readonly FuzzedRun[],
  effects: readonly Effect[],
): string[] {
  const run = tree.find((member) => member.id === id);
  if (!run) return ["is lost: it was accepted and is not stored"];
  const open = tree.filter((member) => !hasEnded(member));
  if (open.length > 0) {
    return open.map((member) => `is stranded: ${member.id} is ${member.status}`);
  }
  const reported = tree.filter(({ parent, settled }) => parent !== null && settled.length > 0);
  return [
    ...judgeEnd(run, graph),
    ...reported.map((child) => `has ${child.id}, whose end was reported to its object`),
    ...judgeEffects(run, graph, effects),
  ];
}

function judgeEnd(run: FuzzedRun, graph: FuzzGraph): string[] {
  const ends = run.settled.join(", then ");
  const problems: string[] = [];
  if (!graph.expect(run).ends.includes(ends)) problems.push(`settled as ${ends || "nothing"}`);
  if (run.settled.at(-1) !== run.status) problems.push(`is ${run.status} and settled as ${ends}`);
  return problems;
}

function judgeEffects(run: FuzzedRun, graph: FuzzGraph, effects: readonly Effect[]): string[] {
  const expected = graph.expect(run);
  const of = (kind: string) =>
    effects
      .filter((effect) => effect.kind === kind)
      .toSorted((left, right) => left.order - right.order)
      .map(({ key, label }) => ({ key, part: label.slice(run.id.length + 1) }));
  const caused = Map.groupBy(of("effect"), ({ part }) => part);
  const undone = of("undo").map(({ part }) => part);
  const problems: string[] = [];
  for (const part of new Set([...expected.caused, ...caused.keys()])) {
    const least = countPart(expected.caused, part);
    const most = Math.max(least, countPart(expected.maybe, part));
    // Two keys for one effect mean that it was caused twice; one key for two effects means that one is missing.
    const keys = (caused.get(part) ?? []).map(({ key }) => key);
    if (keys.length >= least && keys.length <= most) continue;
    problems.push(`caused ${part} ${keys.length} times, not ${most}: ${keys.join(", ")}`);
  }
  const order = expected.undone.filter((part) => undone.includes(part));
  if (undone.join() !== order.join()) {
    problems.push(`undid ${undone.join(", ")}, not ${expected.undone.join(", ")}`);
  }
  const left = expected.undone.filter((part) => caused.has(part) && !undone.includes(part));
  return [...problems, ...left.map((part) => `never undid ${part}`)];
}

const countPart = (parts: readonly string[], part: string) =>
  parts.filter((other) => other === part).length;

/**
 * Returns the id of the top-level run that a run belongs to, or that has caused an effect, from the run's id or the
 * effect's label.
 */
export const findRoot = (name: string): string => name.split("/", 1)[0] ?? name;
