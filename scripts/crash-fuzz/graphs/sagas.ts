/** Graphs whose effects are undone. */
import {
  type Definition,
  type StepDefinition,
  SUBWORKFLOW,
} from "../../../src/kernel/rules/definition.ts";
import {
  broken,
  effect,
  type Expectation,
  type FuzzGraph,
  type RunFacts,
  retry,
  thrown,
  undoable,
} from "./fuzz-graph.ts";

const child = (...needs: string[]): StepDefinition => ({
  use: SUBWORKFLOW,
  needs,
  with: { workflow: "pair" },
});
const PAIR: Definition = { name: "pair", steps: { x: undoable(), y: undoable("x") } };
const BROKEN_PAIR: Definition = { name: "pair", steps: { ...PAIR.steps, broken: broken("y") } };

/**
 * A workflow whose last step fails for good, so that everything that its run has done is undone. The last step may have
 * had its effect before it failed, so it is undone too.
 */
export const SAGA: FuzzGraph = {
  name: "saga",
  steps: {
    a: undoable(),
    b: undoable("a"),
    c: undoable("a"),
    plain: effect("b", "c"),
    d: undoable("plain"),
    last: { ...undoable("d"), ...thrown("d") },
  },
  outside: "nothing",
  expect: ({ completed }) => ({
    ends: ["failed"],
    caused: ["a", "b", "c", "plain", "d"],
    maybe: ["last"],
    undone: ["last", ...completed.filter((step) => step !== "plain").toReversed()],
  }),
};

/** A workflow that fails after a step with `map`, whose items are undone one by one. */
export const MAPPED_SAGA: FuzzGraph = {
  name: "saga of items",
  steps: {
    a: undoable(),
    each: { ...undoable("a"), map: { over: "[1, 2, 3, 4]", concurrency: 3 } },
    broken: broken("each"),
  },
  outside: "nothing",
  expect: ({ completed }) => ({
    ends: ["failed"],
    caused: ["a", "each[0]", "each[1]", "each[2]", "each[3]"],
    maybe: [],
    undone: completed.filter((step) => step !== "each").toReversed(),
  }),
};

/**
 * A workflow that fails after its sub-workflow has completed. The sub-workflow is undone step by step, when its turn
 * comes among the steps of its parent.
 */
export const NESTED_SAGA: FuzzGraph = {
  name: "saga of a sub-workflow",
  steps: { a: undoable(), child: child("a"), b: undoable("child"), broken: broken("b") },
  workflows: { pair: PAIR },
  outside: "nothing",
  expect: () => ({
    ends: ["failed"],
    caused: ["a", "child/x", "child/y", "b"],
    maybe: [],
    undone: ["b", "child/y", "child/x", "a"],
  }),
};

/** A workflow whose sub-workflow fails. The sub-workflow undoes its own steps before its step in the parent fails. */
export const FAILING_CHILD: FuzzGraph = {
  name: "failing sub-workflow",
  steps: { a: undoable(), child: child("a"), b: undoable("child") },
  workflows: { pair: BROKEN_PAIR },
  outside: "nothing",
  expect: () => ({
    ends: ["failed"],
    caused: ["a", "child/x", "child/y"],
    maybe: [],
    undone: ["child/y", "child/x", "a"],
  }),
};

/** Expects a cancellation, which may arrive after the end or during an effect. */
const cancelled =
  (...steps: string[]) =>
  ({ status, completed }: RunFacts): Expectation => ({
    ends: ["cancelled", "completed"],
    caused: status === "completed" ? steps : completed.filter((step) => steps.includes(step)),
    maybe: steps,
    undone: status === "completed" ? [] : steps.toReversed(),
  });

/** A workflow whose run is cancelled, so that its completed steps are undone. */
export const CANCELLED: FuzzGraph = {
  name: "cancel",
  steps: { a: undoable(), b: undoable("a"), c: undoable("b"), d: undoable("c") },
  outside: "cancel",
  expect: cancelled("a", "b", "c", "d"),
};

/**
 * A workflow whose run is cancelled while its sub-workflow may be open, so that the completed steps of both are undone.
 */
export const CANCELLED_PARENT: FuzzGraph = {
  name: "cancel of a sub-workflow",
  steps: { a: undoable(), child: child("a"), b: undoable("child") },
  workflows: { pair: PAIR },
  outside: "cancel",
  expect: cancelled("a", "child/x", "child/y", "b"),
};

/**
 * A workflow that fails, and is then retried from step `a`. The repeated steps cause their effects again, under other
 * idempotency keys.
 */
export const RETAKEN: FuzzGraph = {
  name: "retry from a step",
  steps: {
    plain: effect(),
    a: effect("plain"),
    b: undoable("a"),
    c: { use: "mended@1", needs: ["b"], retry },
  },
  outside: "retry",
  expect: () => ({
    ends: ["failed, then completed"],
    caused: ["plain", "a", "a", "b", "b", "c"],
    maybe: [],
    undone: ["b"],
  }),
};
