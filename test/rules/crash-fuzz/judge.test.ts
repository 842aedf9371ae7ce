import { describe, expect, it } from "vitest";

import { GRAPHS } from "../../../scripts/crash-fuzz/graphs/graphs.ts";
import { judge, type FuzzedRun } from "../../../scripts/crash-fuzz/judge.ts";
import type { Effect } from "../../../scripts/effects/effect.ts";

const graphNamed = (name: string) => {
  const found = GRAPHS.find((graph) => graph.name === name);
  if (!found) throw new Error(`There is no graph ${name}`);
  return found;
};
const effects = (kind: string, ...labels: string[]): Effect[] =>
  labels.map((label, order) => ({ kind, key: `key of ${label}`, label, order, asked: 2 }));

const SEQUENCE = [{ id: "o.1", graph: graphNamed("sequence") }];
const SAGA = [{ id: "o.1", graph: graphNamed("saga") }];
const ended: FuzzedRun = {
  id: "o.1",
  parent: null,
  status: "completed",
  isAtWork: false,
  settled: ["completed"],
  completed: ["a", "b", "c"],
  attempts: 5,
};
const child: FuzzedRun = { ...ended, id: "o.1/child", parent: "o.1" };
const caused = effects("effect", "o.1/a", "o.1/b", "o.1/c");

describe("the judgement of a crash fuzz", () => {
  it("finds nothing when every run has ended once and each effect was caused once", () => {
    expect(judge(SEQUENCE, [ended], caused)).toEqual([]);
  });

  it.each<[string, FuzzedRun[], Effect[]]>([
    ["is lost", [], []],
    ["is stranded", [{ ...ended, status: "running", settled: [] }], caused],
    ["settled as completed, then completed", [{ ...ended, settled: twice("completed") }], caused],
    ["settled as nothing", [{ ...ended, settled: [] }], caused],
    ["settled as failed", [{ ...ended, status: "failed", settled: ["failed"] }], caused],
    ["is failed and settled as completed", [{ ...ended, status: "failed" }], caused],
    ["caused c 0 times, not 1", [ended], caused.slice(0, 2)],
    ["caused d 1 times, not 0", [ended], [...caused, ...effects("effect", "o.1/d")]],
    ["caused a 2 times, not 1: k1, k2", [ended], [...caused.slice(1), ...underTwoKeys("o.1/a")]],
    ["o.2 was never started", [ended], [...caused, ...effects("effect", "o.2/a")]],
    ["o.2 was never started", [ended, { ...ended, id: "o.2/child" }], caused],
    ["o.1/child is running", [ended, { ...child, status: "running" }], caused],
    ["has o.1/child, whose end was reported to its object", [ended, child], caused],
    ["undid a, not ", [ended], [...caused, ...effects("undo", "o.1/a")]],
  ])("reports that a run %s", (problem, stored, seen) => {
    expect(judge(SEQUENCE, stored, seen).join("\n")).toContain(problem);
  });

  it("requires that a saga undoes its steps in reverse order of completion", () => {
    const saga = ["a", "c", "b", "plain", "d"];
    const failed = { ...ended, status: "failed", settled: ["failed"], completed: saga };
    const done = effects("effect", ...saga.map((step) => `o.1/${step}`));
    const undone = (...steps: string[]) => effects("undo", ...steps.map((step) => `o.1/${step}`));

    const problems = (...steps: string[]) => judge(SAGA, [failed], [...done, ...undone(...steps)]);
    expect(problems("d", "b", "c", "a")).toEqual([]);
    expect(problems("d", "c", "b", "a")).toHaveLength(1);
    expect(problems("d", "b", "c")).toEqual(["o.1 (saga) never undid a"]);
  });

  it("allows a saga to undo work that may be done, and requires it if the work was done", () => {
    const cancelled = [{ id: "o.1", graph: graphNamed("cancel") }];
    const run = { ...ended, status: "cancelled", settled: ["cancelled"], completed: ["a"] };
    const [a, b] = [effects("effect", "o.1/a"), effects("effect", "o.1/a", "o.1/b")];

    expect(judge(cancelled, [run], [...a, ...effects("undo", "o.1/b", "o.1/a")])).toEqual([]);
    expect(judge(cancelled, [run], [...b, ...effects("undo", "o.1/b", "o.1/a")])).toEqual([]);
    expect(judge(cancelled, [run], [...b, ...effects("undo", "o.1/a")])).toHaveLength(1);
  });
});

const twice = <Item>(item: Item): Item[] => [item, item];

function underTwoKeys(label: string): Effect[] {
  return ["k1", "k2"].map((key, order) => ({ kind: "effect", key, label, order, asked: 1 }));
}
