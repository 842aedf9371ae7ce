import type { Effect } from "../effects/effect.ts";
import type { FuzzGraph } from "./graphs.ts";

/** What storage holds of a run. */
export type StoredRun = {
  readonly id: string;
  readonly status: string;
  /** The statuses that the object was told that the run has settled with: one, once it has. */
  readonly settled: readonly string[];
  readonly completed: readonly string[];
  readonly attempts: number;
};

export type PlannedRun = { readonly id: string; readonly graph: FuzzGraph };

export const hasEnded = (run: StoredRun | undefined): boolean =>
  run !== undefined && ["completed", "failed", "cancelled"].includes(run.status);

/** Everything that is wrong once all has ended that ever will: a sentence for each. */
export function judge(
  planned: readonly PlannedRun[],
  stored: readonly StoredRun[],
  effects: readonly Effect[],
): string[] {
  const byId = new Map(stored.map((run) => [run.id, run]));
  const known = new Set(planned.map(({ id }) => id));
  const strangers = effects.filter(({ label }) => !known.has(runOf(label)));
  return [
    ...planned.flatMap(({ id, graph }) => {
      const run = byId.get(id);
      if (!run) return [`${id} (${graph.name}) is lost: it was accepted and is not stored`];
      if (!hasEnded(run)) return [`${id} (${graph.name}) is stranded: it is ${run.status}`];
      const own = effects.filter(({ label }) => runOf(label) === id);
      return [...judgeEnd(run), ...judgeEffects(run, graph, own)].map(
        (problem) => `${id} (${graph.name}) ${problem}`,
      );
    }),
    ...judgeKeys(effects),
    ...strangers.map(({ kind, label }) => `${kind} ${label} belongs to no run`),
  ];
}

function judgeEnd({ status, settled }: StoredRun): string[] {
  if (settled.length === 1 && settled[0] === status) return [];
  return [`is ${status}, and its object was told: ${settled.join(", ") || "nothing"}`];
}

function judgeEffects(run: StoredRun, graph: FuzzGraph, effects: readonly Effect[]): string[] {
  const expected = graph.expect(run);
  const of = (kind: string) =>
    effects
      .filter((effect) => effect.kind === kind)
      .toSorted((left, right) => left.order - right.order)
      .map(({ label }) => label.slice(run.id.length + 1));
  const [caused, undone] = [of("effect"), of("undo")];
  const allowed = [...expected.caused, ...expected.maybe];
  const problems: string[] = [];
  if (!expected.statuses.includes(run.status)) problems.push(`is ${run.status}`);
  for (const part of expected.caused) {
    if (!caused.includes(part)) problems.push(`never caused ${part}`);
  }
  for (const part of caused) {
    if (!allowed.includes(part)) problems.push(`caused ${part}, which it was not to`);
  }
  if (undone.join() !== expected.undone.join()) {
    problems.push(`undid ${undone.join(", ")}, not ${expected.undone.join(", ")}`);
  }
  return problems;
}

/** One effect under two keys was caused twice; two effects under one key are one too few. */
function judgeKeys(effects: readonly Effect[]): string[] {
  const keys = Map.groupBy(effects, ({ kind, label }) => `${kind} ${label}`);
  return [...keys]
    .filter(([, same]) => same.length > 1)
    .map(([effect, same]) => `${effect} was caused under ${same.map(({ key }) => key).join(", ")}`);
}

export const runOf = (label: string): string => label.slice(0, label.indexOf("/"));
