import { describe, expect, it } from "vitest";

import { GRAPHS, GRAPHS_TO_COME } from "../../../scripts/crash-fuzz/graphs.ts";
import { judge, type StoredRun } from "../../../scripts/crash-fuzz/judge.ts";
import type { Effect } from "../../../scripts/effects/effect.ts";

const graphNamed = (name: string) => {
  const found = [...GRAPHS, ...GRAPHS_TO_COME].find((graph) => graph.name === name);
  if (!found) throw new Error(`There is no graph ${name}`);
  return found;
};
const effects = (kind: string, ...labels: string[]): Effect[] =>
  labels.map((label, order) => ({ kind, key: `key of ${label}`, label, order, asked: 2 }));

const SEQUENCE = [{ id: "o.1", graph: graphNamed("sequence") }];
const SAGA = [{ id: "o.1", graph: graphNamed("saga") }];
const ended: StoredRun = {
  id: "o.1",
  status: "completed",
  settled: ["completed"],
  completed: ["a", "b", "c"],
  attempts: 5,
};
const caused = effects("effect", "o.1/a", "o.1/b", "o.1/c");

describe("the judgement of a crash fuzz", () => {
  it("finds nothing when every run has ended once and each effect was caused once", () => {
    expect(judge(SEQUENCE, [ended], caused)).toEqual([]);
  });

  it.each<[string, StoredRun[], Effect[]]>([
    ["is lost", [], []],
    ["is stranded", [{ ...ended, status: "running", settled: [] }], caused],
    ["told: completed, completed", [{ ...ended, settled: ["completed", "completed"] }], caused],
    ["told: nothing", [{ ...ended, settled: [] }], caused],
    ["is failed", [{ ...ended, status: "failed", settled: ["failed"] }], caused],
    ["never caused c", [ended], caused.slice(0, 2)],
    ["caused d, which it was not to", [ended], [...caused, ...effects("effect", "o.1/d")]],
    ["caused under k1, k2", [ended], [...caused.slice(1), ...twice("o.1/a")]],
    ["belongs to no run", [ended], [...caused, ...effects("effect", "o.2/a")]],
    ["undid a, not ", [ended], [...caused, ...effects("undo", "o.1/a")]],
  ])("says of a run that it %s", (problem, stored, seen) => {
    expect(judge(SEQUENCE, stored, seen).join("\n")).toContain(problem);
  });

  it("asks of a saga that it undoes in the reverse of the order in which its steps completed", () => {
    const saga = ["a", "c", "b", "plain", "d"];
    const failed = { ...ended, status: "failed", settled: ["failed"], completed: saga };
    const done = effects("effect", ...saga.map((step) => `o.1/${step}`));
    const undone = (...steps: string[]) => effects("undo", ...steps.map((step) => `o.1/${step}`));

    expect(judge(SAGA, [failed], [...done, ...undone("d", "b", "c", "a")])).toEqual([]);
    expect(judge(SAGA, [failed], [...done, ...undone("d", "c", "b", "a")])).toHaveLength(1);
    expect(judge(SAGA, [failed], [...done, ...undone("d", "b", "c")])).toHaveLength(1);
  });
});

function twice(label: string): Effect[] {
  return ["k1", "k2"].map((key, order) => ({ kind: "effect", key, label, order, asked: 1 }));
}
