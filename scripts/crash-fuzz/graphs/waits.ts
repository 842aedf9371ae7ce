/** Graphs that wait: for time, for people, for items, for other runs. */
import {
  SIGNAL,
  SLEEP,
  type StepDefinition,
  SUBWORKFLOW,
} from "../../../src/kernel/rules/definition.ts";
import { completes, effect, type FuzzGraph } from "./fuzz-graph.ts";
import { SEQUENCE } from "./steps.ts";

const workflows = { sequence: { name: "sequence", steps: SEQUENCE.steps } };
const child = (...needs: string[]): StepDefinition => ({
  use: SUBWORKFLOW,
  needs,
  with: { workflow: "sequence" },
});

/** A workflow that waits for a time, between two steps. */
export const SLEEPING: FuzzGraph = {
  name: "sleep",
  steps: {
    a: effect(),
    nap: { use: SLEEP, needs: ["a"], with: { for: "1m" } },
    b: effect("nap"),
  },
  outside: "nothing",
  expect: completes("a", "b"),
};

/** A workflow that waits for a signal, whose content the next step uses. */
export const SIGNALLED: FuzzGraph = {
  name: "signal",
  steps: {
    a: effect(),
    approval: { use: SIGNAL, needs: ["a"], with: { name: "approval", requires: ["actor"] } },
    b: { ...effect("approval"), with: { part: "${steps.approval.output.payload}" } },
  },
  outside: "signal",
  expect: completes("a", "b.yes"),
};

/** A workflow whose run is paused and resumed, with a sleep and a sub-workflow in it. */
export const PAUSED: FuzzGraph = {
  name: "pause",
  steps: {
    a: effect(),
    b: effect("a"),
    nap: { use: SLEEP, needs: ["a"], with: { for: "30s" } },
    child: child("a"),
    c: effect("b", "nap", "child"),
    d: effect("c"),
  },
  workflows,
  outside: "pause",
  expect: completes("a", "b", "child/a", "child/b", "child/c", "c", "d"),
};

/** A workflow that has a step with `map` over five items, two at a time. */
export const MAPPED: FuzzGraph = {
  name: "map",
  steps: {
    each: {
      ...effect(),
      with: { part: "${item}" },
      map: { over: "['x', 'y', 'z', 'u', 'v']", concurrency: 2 },
    },
    after: effect("each"),
  },
  outside: "nothing",
  expect: completes("each[0].x", "each[1].y", "each[2].z", "each[3].u", "each[4].v", "after"),
};

/** A workflow that has a sub-workflow between two steps. */
export const PARENT: FuzzGraph = {
  name: "sub-workflow",
  steps: { a: effect(), child: child("a"), b: effect("child") },
  workflows,
  outside: "nothing",
  expect: completes("a", "child/a", "child/b", "child/c", "b"),
};

/** A workflow that has a step with `map`, which starts a sub-workflow for each of three items, two at a time. */
export const MAPPED_PARENT: FuzzGraph = {
  name: "map of sub-workflows",
  steps: {
    each: { ...child(), map: { over: "[1, 2, 3]", concurrency: 2 } },
    after: effect("each"),
  },
  workflows,
  outside: "nothing",
  expect: completes(
    ...[0, 1, 2].flatMap((index) => ["a", "b", "c"].map((step) => `each[${index}]/${step}`)),
    "after",
  ),
};
