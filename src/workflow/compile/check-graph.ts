import type { TriggerRule } from "../../kernel/rules/definition.ts";
/**
 * Checks that all steps of a workflow can be reached. Sets of steps are bit sets, because a thousand steps with
 * dense needs have half a million needs.
 */
import { shorten, shortenAll } from "../../shorten.ts";
import type { Problems } from "./workflow-problem.ts";

/** The properties of a step that make it a node of the workflow's graph. */
export type GraphStep = { readonly needs?: readonly string[]; readonly trigger?: TriggerRule };

/** Tests whether `step` needs `ancestor`, directly or through other steps. */
export type Ancestry = (step: string, ancestor: string) => boolean;

/**
 * Checks the needs and triggers of the steps, and adds their problems to `problems`. Returns a function that tests
 * whether a step precedes another. In a cycle, and after one, every step counts as preceding every other, so that a
 * cycle causes no further problems.
 */
export function checkGraph(
  steps: Readonly<Record<string, GraphStep>>,
  problems: Problems,
): Ancestry {
  const names = Object.keys(steps);
  const indexes = new Map(names.map((name, index) => [name, index]));
  const needs = names.map((name) => readNeeds(name, steps[name], indexes, problems));
  const cycles = findCycles(needs);
  for (const cycle of cycles)
    reportCycle(
      cycle.map((index) => names[index] ?? ""),
      problems,
    );
  const { order, stuck } = orderSteps(needs);
  const inCycle = new Set(cycles.flat());
  for (const index of stuck) {
    if (inCycle.has(index) || needs[index]?.includes(index) === true) continue;
    const name = names[index] ?? "";
    const message = `"${name}" is never reached: it needs steps that are in a cycle, or that follow one`;
    problems.add(["steps", name, "needs"], "unreachable", message);
  }

  const ancestors = names.map(() => new BitSet(names.length));
  for (const index of order) {
    for (const need of needs[index] ?? []) ancestors[index]?.addAll(ancestors[need], need);
  }
  checkTriggers({ names, needs, order, steps }, problems);

  const unordered = new Set(stuck.map((index) => names[index]));
  return (step, ancestor) => {
    const index = indexes.get(step);
    const other = indexes.get(ancestor);
    if (index === undefined || other === undefined) return false;
    return unordered.has(step) || ancestors[index]?.has(other) === true;
  };
}

type Graph = {
  readonly names: readonly string[];
  readonly needs: readonly (readonly number[])[];
  readonly order: readonly number[];
  readonly steps: Readonly<Record<string, GraphStep>>;
};

/**
 * Reports triggers that can never fire: `one_failed` without needs, and needs that require the same step both to
 * complete and to fail. For each step it collects the steps that must have completed and those that must have
 * failed when it begins. A trigger that leaves this open (`all_done`, `none_failed`, one failure among several
 * needs) adds none.
 */
function checkTriggers({ names, needs, order, steps }: Graph, problems: Problems): void {
  const completed = names.map(() => new BitSet(names.length));
  const failed = names.map(() => new BitSet(names.length));
  for (const index of order) {
    const name = names[index] ?? "";
    const trigger = steps[name]?.trigger ?? "all_success";
    const [first, ...others] = needs[index] ?? [];
    if (trigger === "all_success") {
      for (const need of needs[index] ?? []) {
        completed[index]?.addAll(completed[need], need);
        failed[index]?.addAll(failed[need]);
      }
    } else if (trigger === "one_failed" && first === undefined) {
      const message = `"${name}" is never reached: it waits for a need to fail and has none; add needs, or remove trigger`;
      problems.add(["steps", name, "trigger"], "unreachable", message);
    } else if (trigger === "one_failed" && first !== undefined && others.length === 0) {
      completed[index]?.addAll(completed[first]);
      failed[index]?.addAll(failed[first], first);
    }
    const torn = completed[index]?.firstShared(failed[index]);
    if (torn !== undefined) {
      const message = `"${name}" is never reached: its needs want "${names[torn] ?? ""}" both to complete and to fail; give it a trigger such as "none_failed" or "all_done"`;
      problems.add(["steps", name, "needs"], "unreachable", message);
      // Reported once, not again for every later step.
      failed[index]?.clear();
    }
  }
}

function readNeeds(
  name: string,
  step: GraphStep | undefined,
  indexes: ReadonlyMap<string, number>,
  problems: Problems,
): readonly number[] {
  const known = new Set<number>();
  const met = new Set<string>();
  for (const [at, need] of (step?.needs ?? []).entries()) {
    const path = ["steps", name, "needs", at];
    const index = indexes.get(need);
    if (met.has(need))
      problems.add(path, "duplicate_need", `"${shorten(need)}" is needed twice: name it once`);
    else if (need === name) {
      problems.add(
        path,
        "self_need",
        `"${name}" needs itself and would wait forever: remove that need`,
      );
    } else if (index === undefined) {
      const message = `There is no step "${shorten(need)}"${problems.suggest(need, indexes.keys())}`;
      problems.add(path, "unknown_step", message);
    } else known.add(index);
    met.add(need);
  }
  return [...known];
}

/** Characters for the names of a cycle, to which its first one is added again. */
const CYCLE_CHARACTERS_MAX = 130;

function reportCycle(names: readonly string[], problems: Problems): void {
  const [first = ""] = names;
  const shown = shortenAll(names, CYCLE_CHARACTERS_MAX);
  const way = names.length > shown.length ? [...shown, "…"] : names;
  const message = `These steps wait for each other forever: ${[...way, first].join(" → ")}; remove one of these needs`;
  problems.add(["steps", first, "needs"], "cycle", message);
}

/** Orders steps so that needs come first (Kahn). The remaining steps are in a cycle or after one. */
function orderSteps(needs: readonly (readonly number[])[]) {
  const waiting = needs.map((own) => own.length);
  const neededBy = needs.map((): number[] => []);
  for (const [index, own] of needs.entries()) for (const need of own) neededBy[need]?.push(index);
  const order = [...waiting.keys()].filter((index) => waiting[index] === 0);
  for (const index of order) {
    for (const next of neededBy[index] ?? []) {
      const left = (waiting[next] ?? 0) - 1;
      waiting[next] = left;
      if (left === 0) order.push(next);
    }
  }
  return { order, stuck: [...waiting.keys()].filter((index) => (waiting[index] ?? 0) > 0) };
}

/**
 * Finds one cycle, as a list of needs, for each group of steps that all wait for each other (Tarjan's components).
 */
function findCycles(needs: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const seen = new Map<number, number>();
  const low = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const cycles: (readonly number[])[] = [];

  const visit = (index: number): number => {
    const number = seen.size;
    seen.set(index, number);
    let lowest = number;
    open.push(index);
    isOpen.add(index);
    for (const need of needs[index] ?? []) {
      const known = seen.get(need);
      if (known === undefined) lowest = Math.min(lowest, visit(need));
      else if (isOpen.has(need)) lowest = Math.min(lowest, known);
    }
    low.set(index, lowest);
    if (lowest === number) {
      const members = open.splice(open.indexOf(index));
      for (const member of members) isOpen.delete(member);
      if (members.length > 1) cycles.push(cycleThrough(index, new Set(members), needs));
    }
    return lowest;
  };

  for (const index of needs.keys()) if (!seen.has(index)) visit(index);
  return cycles;
}

/** Finds the shortest path from a step back to itself, within its component. */
function cycleThrough(
  start: number,
  members: ReadonlySet<number>,
  needs: readonly (readonly number[])[],
): readonly number[] {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const index of queue) {
    for (const need of needs[index] ?? []) {
      if (need === start) {
        const way = [index];
        for (let at = index; at !== start; way.unshift(at)) at = cameFrom.get(at) ?? start;
        return way;
      }
      if (!members.has(need) || cameFrom.has(need)) continue;
      cameFrom.set(need, index);
      queue.push(need);
    }
  }
  return [start];
}

const NO_WORDS = new Uint32Array();

class BitSet {
  readonly #words: Uint32Array;

  constructor(size: number) {
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  /** Returns true when the set contains `index`. */
  has(index: number): boolean {
    return (((this.#words[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
  }

  /** Adds the members of another set, and `one` if given. */
  addAll(others: BitSet | undefined, one?: number): void {
    const words = others ? others.#words : NO_WORDS;
    for (let at = 0; at < words.length; at += 1) this.#set(at, words[at] ?? 0);
    if (one !== undefined) this.#set(one >>> 5, 1 << (one & 31));
  }

  /** Returns the smallest member that both sets have; undefined when they have none. */
  firstShared(others: BitSet | undefined): number | undefined {
    const words = others ? others.#words : NO_WORDS;
    for (let at = 0; at < words.length; at += 1) {
      const shared = (this.#words[at] ?? 0) & (words[at] ?? 0);
      if (shared !== 0) return at * 32 + (31 - Math.clz32(shared & -shared));
    }
    return undefined;
  }

  /** Removes all members. */
  clear(): void {
    this.#words.fill(0);
  }

  #set(at: number, bits: number): void {
    this.#words[at] = (this.#words[at] ?? 0) | bits;
  }
}
