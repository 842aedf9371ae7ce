import {
  type Definition,
  SIGNAL,
  SLEEP,
  type StepDefinition,
  SUBWORKFLOW,
  type Work,
} from "../../src/kernel/definition.ts";

/** A workflow that is run under crashes, and what must have come of each run of it. */
export type FuzzGraph = {
  readonly name: string;
  readonly definition: Definition;
  /** What somebody outside does to a run while it is open. */
  readonly outside: "nothing" | "signal" | "cancel";
  expect(run: RunFacts): Expectation;
};

/** What storage says of a run that has ended. */
export type RunFacts = {
  readonly id: string;
  readonly status: string;
  /** The steps that completed, in the order in which they did. */
  readonly completed: readonly string[];
};

export type Expectation = {
  readonly statuses: readonly string[];
  /** Steps, or parts of them, whose effect was caused: exactly once each. */
  readonly caused: readonly string[];
  /** Those whose effect may have been caused as well. */
  readonly maybe: readonly string[];
  /** Steps whose effect was undone, in this order; nothing else was undone. */
  readonly undone: readonly string[];
};

/** Crashes cost attempts, so there is no end to them here. */
const retry = { attemptsMax: 100_000, baseMs: 1, capMs: 20 };
const undo: Work = { use: "undo@1", retry };
const effect = (...needs: string[]): StepDefinition => ({ use: "effect@1", needs, retry });
const undoable = (...needs: string[]): StepDefinition => ({ ...effect(...needs), undo });

const completes =
  (...caused: string[]) =>
  (): Expectation => ({ statuses: ["completed"], caused, maybe: [], undone: [] });

const SEQUENCE: FuzzGraph = {
  name: "sequence",
  definition: { name: "sequence", steps: { a: effect(), b: effect("a"), c: effect("b") } },
  outside: "nothing",
  expect: completes("a", "b", "c"),
};

const PARALLEL: FuzzGraph = {
  name: "parallel",
  definition: {
    name: "parallel",
    steps: {
      a: effect(),
      b: effect("a"),
      c: effect("a"),
      d: effect("a"),
      e: effect("b", "c", "d"),
    },
  },
  outside: "nothing",
  expect: completes("a", "b", "c", "d", "e"),
};

const RETRY: FuzzGraph = {
  name: "retry",
  definition: { name: "retry", steps: { a: { use: "flaky@1", retry }, b: effect("a") } },
  outside: "nothing",
  expect: completes("a", "b"),
};

const SLEEPING: FuzzGraph = {
  name: "sleep",
  definition: {
    name: "sleep",
    steps: {
      a: effect(),
      nap: { use: SLEEP, needs: ["a"], with: { for: "1m" } },
      b: effect("nap"),
    },
  },
  outside: "nothing",
  expect: completes("a", "b"),
};

const SIGNALLED: FuzzGraph = {
  name: "signal",
  definition: {
    name: "signal",
    steps: {
      a: effect(),
      approval: { use: SIGNAL, needs: ["a"], with: { name: "approval" } },
      b: effect("approval"),
    },
  },
  outside: "signal",
  expect: completes("a", "b"),
};

const MAPPED: FuzzGraph = {
  name: "map",
  definition: {
    name: "map",
    steps: {
      each: {
        use: "effect@1",
        with: { part: "${item}" },
        map: { over: "['x', 'y', 'z', 'u', 'v']", concurrency: 2 },
        retry,
      },
      after: effect("each"),
    },
  },
  outside: "nothing",
  expect: completes("each.x", "each.y", "each.z", "each.u", "each.v", "after"),
};

/** The parent names the child's effects, because their run is another one. */
const PARENT: FuzzGraph = {
  name: "sub-workflow",
  definition: {
    name: "sub-workflow",
    steps: {
      a: effect(),
      child: {
        use: SUBWORKFLOW,
        needs: ["a"],
        with: { workflow: "sequence", input: { causes: "${run.id}/child." } },
      },
      b: effect("child"),
    },
  },
  outside: "nothing",
  expect: completes("a", "child.a", "child.b", "child.c", "b"),
};

const SAGA: FuzzGraph = {
  name: "saga",
  definition: {
    name: "saga",
    steps: {
      a: undoable(),
      b: undoable("a"),
      c: undoable("a"),
      plain: effect("b", "c"),
      d: undoable("plain"),
      broken: { use: "broken@1", needs: ["d"] },
    },
  },
  outside: "nothing",
  expect: ({ completed }) => ({
    statuses: ["failed"],
    caused: ["a", "b", "c", "plain", "d"],
    maybe: [],
    undone: completed.filter((step) => step !== "plain").toReversed(),
  }),
};

const CANCELLED: FuzzGraph = {
  name: "cancel",
  definition: { name: "cancel", steps: { a: undoable(), b: undoable("a"), c: undoable("b") } },
  outside: "cancel",
  expect: ({ status, completed }) => ({
    // A cancel may come after the end.
    statuses: ["cancelled", "completed"],
    caused: completed,
    // A step that was under way is cancelled; whether its effect was caused is what nobody knows.
    maybe: ["a", "b", "c"],
    undone: status === "completed" ? [] : completed.toReversed(),
  }),
};

/** Cancelling is asked of today's kernel without undoing. */
const CANCELLED_PLAINLY: FuzzGraph = {
  name: "cancel without undo",
  definition: { name: "plain", steps: { a: effect(), b: effect("a"), c: effect("b") } },
  outside: "cancel",
  expect: ({ completed }) => ({
    statuses: ["cancelled", "completed"],
    caused: completed,
    maybe: ["a", "b", "c"],
    undone: [],
  }),
};

/** What the kernel can do. */
export const GRAPHS: readonly FuzzGraph[] = [SEQUENCE, PARALLEL, RETRY, CANCELLED_PLAINLY];

/** What it cannot do yet; a graph moves up as soon as it can. */
export const GRAPHS_TO_COME: readonly FuzzGraph[] = [
  SLEEPING,
  SIGNALLED,
  MAPPED,
  PARENT,
  SAGA,
  CANCELLED,
];
