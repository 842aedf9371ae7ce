/** Graphs of ordinary steps. */
import { broken, completes, effect, type FuzzGraph, retry, thrown } from "./fuzz-graph.ts";

export const SEQUENCE: FuzzGraph = {
  name: "sequence",
  steps: { a: effect(), b: effect("a"), c: effect("b") },
  outside: "nothing",
  expect: completes("a", "b", "c"),
};

export const PARALLEL: FuzzGraph = {
  name: "parallel",
  steps: {
    a: effect(),
    b: effect("a"),
    c: effect("a"),
    d: effect("a"),
    e: effect("b", "c", "d"),
  },
  outside: "nothing",
  expect: completes("a", "b", "c", "d", "e"),
};

export const RETRY: FuzzGraph = {
  name: "retry",
  steps: { a: { use: "flaky@1", retry }, b: effect("a") },
  outside: "nothing",
  expect: completes("a", "b"),
};

export const PURE: FuzzGraph = {
  name: "pure",
  steps: {
    a: { use: "pure@1", retry },
    b: { use: "pure@1", needs: ["a"], retry },
    c: effect("b"),
    d: { use: "pure@1", needs: ["c"], retry },
    e: effect("d"),
  },
  outside: "nothing",
  expect: completes("c", "e"),
};

/** Dispatched steps, which their receiver settles. Lost ones are dispatched again. */
export const DISPATCHED: FuzzGraph = {
  name: "dispatched",
  steps: {
    a: effect(),
    b: { use: "posted@1", needs: ["a"], retry },
    c: { use: "posted@1", needs: ["a"], retry },
    d: effect("b", "c"),
  },
  outside: "nothing",
  expect: completes("a", "b", "c", "d"),
};

export const HANDLED: FuzzGraph = {
  name: "handled failure",
  steps: {
    a: effect(),
    b: broken("a"),
    skipped: effect("b"),
    c: { ...effect("b"), trigger: "one_failed", when: "steps.b.status == 'failed'" },
    never: { ...effect("c"), when: "steps.b.status == 'completed'" },
    d: { ...effect("skipped", "c", "never"), trigger: "all_done" },
  },
  outside: "nothing",
  expect: completes("a", "c", "d"),
};

/** Crashes decide whether the first work has an effect before the fallback. */
export const FALLBACK: FuzzGraph = {
  name: "fallback",
  steps: {
    a: {
      ...thrown(),
      with: { part: "first" },
      fallback: [
        { use: "broken@1", retry },
        { use: "effect@1", with: { part: "third" }, retry },
      ],
    },
    b: effect("a"),
  },
  outside: "nothing",
  expect: () => ({ ...completes("a.third", "b")(), maybe: ["a.first"] }),
};

/** A person retries a broken step, and then skips it. */
export const DECIDED: FuzzGraph = {
  name: "decision",
  steps: {
    a: effect(),
    b: { ...broken("a"), onExhausted: "human" },
    c: { ...effect("b"), with: { part: "${steps.b.output}" } },
  },
  outside: "decide",
  expect: completes("a", "c.skipped"),
};
