/** Graphs of ordinary steps. */
import { broken, completes, effect, type FuzzGraph, retry, thrown } from "./fuzz-graph.ts";

/** A workflow of three steps, one after the other. */
export const SEQUENCE: FuzzGraph = {
  name: "sequence",
  steps: { a: effect(), b: effect("a"), c: effect("b") },
  outside: "nothing",
  expect: completes("a", "b", "c"),
};

/** A workflow of one step, then three steps in parallel, then one step after these. */
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

/** A workflow with a step whose first attempt fails and is retried, and a step after it. */
export const RETRY: FuzzGraph = {
  name: "retry",
  steps: { a: { use: "flaky@1", retry }, b: effect("a") },
  outside: "nothing",
  expect: completes("a", "b"),
};

/**
 * A workflow of pure steps (without effects) before and after steps with effects. Pure steps may run before their
 * claims are on disk.
 */
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
 * A workflow with steps that the kernel hands over to a receiver outside of it, which reports their outcome. A step
 * that the receiver loses is handed over again.
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

/** A workflow with a step that fails and is handled by a step with `trigger: one_failed`. Other steps are skipped. */
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
 * A workflow with a step whose work always fails, as does its first fallback; the second one completes. Each attempt of
 * the work causes its effect and then fails. That effect is not required, since crashes may use up the attempts before
 * they cause it.
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

/**
 * A workflow with a step that fails for good and waits for a person's decisions: first to retry it, then to skip it.
 */
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
