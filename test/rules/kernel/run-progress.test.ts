import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Definition } from "../../../src/kernel/definition.ts";
import { nextAlarm } from "../../../src/kernel/next-alarm.ts";
import { progressRun } from "../../../src/kernel/run-progress.ts";
import { readyStep, type StepState } from "../../../src/kernel/step/step-state.ts";

const COMPLETED: StepState = { phase: "completed", attempt: 1, output: "null" };
const graph = (needs: Record<string, string[]>): Definition => ({
  name: "graph",
  steps: Object.fromEntries(
    Object.entries(needs).map(([step, needed]) => [step, { use: "any@1", needs: needed }]),
  ),
});
const DIAMOND = graph({ a: [], b: ["a"], c: ["a"], d: ["b", "c"] });

describe("progressRun", () => {
  it("begins with the steps that need nothing", () => {
    expect(progressRun(DIAMOND, new Map())).toEqual({ kind: "running", begin: ["a"] });
  });

  it("begins branches side by side", () => {
    const states = new Map([["a", COMPLETED]]);
    expect(progressRun(DIAMOND, states)).toEqual({ kind: "running", begin: ["b", "c"] });
  });

  it("joins branches only when all have completed", () => {
    const states = new Map<string, StepState>([
      ["a", COMPLETED],
      ["b", COMPLETED],
      ["c", readyStep(0)],
    ]);
    expect(progressRun(DIAMOND, states)).toEqual({ kind: "running", begin: [] });
    states.set("c", COMPLETED);
    expect(progressRun(DIAMOND, states)).toEqual({ kind: "running", begin: ["d"] });
    states.set("d", COMPLETED);
    expect(progressRun(DIAMOND, states)).toEqual({ kind: "completed" });
  });

  it("fails with its first failed step, without waiting for the other branches", () => {
    const states = new Map<string, StepState>([
      ["a", COMPLETED],
      ["b", readyStep(0)],
      ["c", { phase: "failed", attempt: 3, message: "no" }],
    ]);
    expect(progressRun(DIAMOND, states)).toEqual({ kind: "failed", step: "c", message: "no" });
  });

  it("completes a graph without steps", () => {
    expect(progressRun(graph({}), new Map())).toEqual({ kind: "completed" });
  });

  it.each([
    ["a cycle", graph({ a: ["b"], b: ["a"] }), "a"],
    ["a need that does not exist", graph({ a: ["nothing"] }), "a"],
    ["a need of itself", graph({ a: ["a"] }), "a"],
  ])("fails a run that would wait for %s", (_name, definition, step) => {
    expect(progressRun(definition, new Map())).toMatchObject({ kind: "failed", step });
  });
});

describe("nextAlarm", () => {
  it("is the earliest time at which something can be done", () => {
    const due = fc.option(fc.nat());
    fc.assert(
      fc.property(fc.array(fc.record({ due, claimable: fc.boolean() })), (reasons) => {
        const times = reasons.flatMap((reason) =>
          reason.claimable && reason.due !== null ? [reason.due] : [],
        );
        expect(nextAlarm(reasons)).toBe(times.length === 0 ? null : Math.min(...times));
      }),
    );
  });
});
