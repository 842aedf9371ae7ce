import { describe, expect, it } from "vitest";

import type {
  Definition,
  StepDefinition,
  TriggerRule,
} from "../../../../../src/kernel/rules/definition.ts";
import { decideStep, type NeedCounts } from "../../../../../src/kernel/rules/run/decide-step.ts";
import { buildGraph, withDependents } from "../../../../../src/kernel/rules/run/graph.ts";
import { stepsToRetry } from "../../../../../src/kernel/rules/run/retry.ts";
import { decideUndo } from "../../../../../src/kernel/rules/run/undo.ts";
import { readyStep, type StepState } from "../../../../../src/kernel/rules/step/step-state.ts";

const graph = (
  needs: Record<string, string[]>,
  more: Record<string, Partial<StepDefinition>> = {},
): Definition => ({
  name: "graph",
  steps: Object.fromEntries(
    Object.entries(needs).map(([step, needed]) => [
      step,
      { use: "any@1", needs: needed, ...more[step] },
    ]),
  ),
});
const DIAMOND = graph({ d: ["b", "c"], a: [], b: ["a"], c: ["a", "a"] });
const COMPLETED: StepState = { phase: "completed", attempt: 1, choice: 0, output: "null" };
const failed = (certain: boolean): StepState => ({
  phase: "failed",
  attempt: 1,
  choice: 0,
  message: "no",
  certain,
});
const cancelled = (certain: boolean): StepState => ({ phase: "cancelled", attempt: 1, certain });

describe("buildGraph", () => {
  it("finds roots, dependents and leaves", () => {
    const found = buildGraph(DIAMOND);
    expect(found.roots).toEqual(["a"]);
    expect(found.leaves).toEqual(["d"]);
    expect(found.listDependents("a")).toEqual(["b", "c"]);
    expect(found.listNeeds("c")).toEqual(["a"]);
    expect(found.order).toEqual(["a", "b", "c", "d"]);
    expect(found.stuck).toBeNull();
  });

  it.each([
    ["a cycle", graph({ a: ["b"], b: ["a"] }), "a"],
    ["a need that does not exist", graph({ a: ["nothing"] }), "a"],
    ["a need of itself", graph({ a: ["a"] }), "a"],
    ["a step after a cycle", graph({ c: ["a"], a: ["b"], b: ["a"] }), "c"],
  ])("names a step that waits for %s", (_name, definition, step) => {
    expect(buildGraph(definition).stuck).toBe(step);
  });

  it("finds steps whose failure a later step handles", () => {
    const { isFailureHandled } = buildGraph(
      graph(
        { a: [], b: ["a"], mend: ["b"], c: [], after: ["c"], tidy: ["a"] },
        { mend: { trigger: "one_failed" }, after: { trigger: "none_failed" } },
      ),
    );
    expect(["a", "b", "mend", "c", "after", "tidy"].filter(isFailureHandled)).toEqual(["a", "b"]);
  });

  it("finds all steps after some", () => {
    expect([...withDependents(buildGraph(DIAMOND), ["c"])].toSorted()).toEqual(["c", "d"]);
  });
});

const needs = (counts: Partial<NeedCounts>) => ({
  open: 0,
  completed: 0,
  skipped: 0,
  failed: 0,
  ...counts,
});

describe("decideStep", () => {
  it.each<[TriggerRule, Partial<NeedCounts>, ReturnType<typeof decideStep>]>([
    ["all_success", {}, "begin"],
    ["all_success", { completed: 2 }, "begin"],
    ["all_success", { completed: 1, open: 1 }, "wait"],
    ["all_success", { open: 1, failed: 1 }, { skip: "upstream_failed" }],
    ["all_success", { skipped: 1, failed: 1 }, { skip: "upstream_failed" }],
    ["all_success", { skipped: 1, completed: 1 }, { skip: "upstream_skipped" }],
    ["all_success", { skipped: 1, open: 1 }, "wait"],
    ["none_failed", { skipped: 2 }, "begin"],
    ["none_failed", { skipped: 1, open: 1 }, "wait"],
    ["none_failed", { open: 1, failed: 1 }, { skip: "upstream_failed" }],
    ["all_done", { skipped: 1, failed: 1, completed: 1 }, "begin"],
    ["all_done", { failed: 1, open: 1 }, "wait"],
    ["one_failed", { failed: 1, open: 5 }, "begin"],
    ["one_failed", { completed: 1, open: 1 }, "wait"],
    ["one_failed", { completed: 1, skipped: 1 }, { skip: "nothing_failed" }],
  ])("%s with %j: %j", (trigger, counts, decision) => {
    expect(decideStep(trigger, needs(counts))).toEqual(decision);
  });
});

describe("stepsToRetry", () => {
  const line = buildGraph(graph({ a: [], b: ["a"], c: ["b"], other: [] }));
  const after = (states: Record<string, StepState>, undone: string[] = [], from?: string) =>
    [
      ...stepsToRetry(line, new Map(Object.entries(states)), new Set(undone), from ?? null),
    ].toSorted();

  it("keeps completed steps and repeats failed ones, with all steps after them", () => {
    const states = { a: COMPLETED, b: failed(true), other: COMPLETED };
    expect(after(states)).toEqual(["b", "c"]);
  });

  it("repeats cancelled and undone steps", () => {
    const states = { a: COMPLETED, b: failed(true), other: cancelled(false) };
    expect(after(states, ["a"])).toEqual(["a", "b", "c", "other"]);
  });

  it("leaves out steps that a condition skipped, but not those that a failure skipped", () => {
    const states: Record<string, StepState> = {
      a: { phase: "skipped", reason: "condition" },
      b: { phase: "skipped", reason: "upstream_skipped" },
      c: COMPLETED,
      other: { phase: "skipped", reason: "upstream_failed" },
    };
    expect(after(states)).toEqual(["other"]);
  });

  it("repeats a completed step that is named", () => {
    const states = { a: COMPLETED, b: COMPLETED, c: COMPLETED, other: COMPLETED };
    expect(after(states)).toEqual([]);
    expect(after(states, [], "b")).toEqual(["b", "c"]);
  });
});

describe("decideUndo", () => {
  const undo = { use: "back@1" };

  it.each<[string, StepState, "nothing" | "work" | "run"]>([
    ["work that completed", COMPLETED, "work"],
    ["work that may have been done although it failed", failed(false), "work"],
    ["work that certainly was not done", failed(true), "nothing"],
    ["work that was interrupted", cancelled(false), "work"],
    ["work that was cancelled before it began", cancelled(true), "nothing"],
    ["a step that was skipped", { phase: "skipped", reason: "condition" }, "nothing"],
    ["a step that has not begun", readyStep(0, {}), "nothing"],
  ])("of %s", (_name, state, expected) => {
    expect(decideUndo({ undo }, state)).toBe(expected);
  });

  it("of a completed sub-workflow is that of its steps; a failed one has undone its work", () => {
    expect(decideUndo({}, COMPLETED)).toBe("run");
    expect(decideUndo({}, failed(false))).toBe("nothing");
  });
});
