/** Graphs of ordinary steps. */
import { broken, completes, effect, type FuzzGraph, retry, thrown } from "./fuzz-graph.ts";

/** Three steps, one after the other. */
export const SEQUENCE: FuzzGraph = {
  name: "sequence",
  steps: { a: effect(), b: effect("a"), c: effect("b") },
  outside: "nothing",
  expect: completes("a", "b", "c"),
};

/** Three steps in parallel, between one step and another. */
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

/** A step whose first attempt fails, and one after it. */
export const RETRY: FuzzGraph = {
  name: "retry",
  steps: { a: { use: "flaky@1", retry }, b: effect("a") },
  outside: "nothing",
  expect: completes("a", "b"),
};

/** Steps without effects before and after steps with effects. Claims of the former need not be on disk. */
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

/**
 * Steps that are dispatched to a receiver, which reports their outcome. If the receiver loses one, it is dispatched
 * again.
 */
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

/** A step that fails and is handled by a step with `trigger: one_failed`. Other steps are skipped. */
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

/**
 * A step whose work fails and is replaced by a fallback. The work may have had an effect before, depending on the
 * crashes.
 */
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

/** A step that fails and waits for a person, who first retries and then skips it. */
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
