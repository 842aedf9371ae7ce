import type { Definition, StepDefinition, Work } from "../../../src/kernel/rules/definition.ts";

/** A workflow that the crash fuzz runs, with the end and the effects that each run of it must have. */
export type FuzzGraph = {
  readonly name: string;
  readonly steps: Definition["steps"];
  /** The definitions of its sub-workflows, by name. */
  readonly workflows?: Readonly<Record<string, Definition>>;
  readonly outside: Outside;
  expect(run: RunFacts): Expectation;
};

/**
 * The commands that the crash fuzz sends to an open run of a graph: none; the signal `approval`; a cancellation; a
 * pause and a resume; decisions about step `b`, which has failed for good; or a retry from step `a` after the run has
 * failed.
 */
export type Outside = "nothing" | "signal" | "cancel" | "pause" | "decide" | "retry";

/** The stored facts about an ended run, on which its expected effects depend. */
export type RunFacts = {
  readonly id: string;
  readonly status: string;
  /** The completed steps, in the order of their completion. */
  readonly completed: readonly string[];
};

/**
 * The end and the effects that a run must have. An effect has the name of its step, such as `each[1]` for an item or
 * `child/a` in a sub-workflow.
 */
export type Expectation = {
  /** The allowed ends of the run: the statuses that it settled with, joined by `, then `. */
  readonly ends: readonly string[];
  /** The effects that must have been caused, each exactly as often as it is listed. */
  readonly caused: readonly string[];
  /** Further effects that may have been caused. */
  readonly maybe: readonly string[];
  /** The effects to undo, in order. Those in `caused` must be undone, those in `maybe` may be. */
  readonly undone: readonly string[];
};

/** The retry policy of all steps of the graphs: attempts without limit in practice, since each crash costs one. */
export const retry = { attemptsMax: 100_000, baseMs: 1, capMs: 20 };
const undo: Work = { use: "undo@1", retry };

/** Makes a step that causes an effect at the effect server, after the steps `needs`. */
export const effect = (...needs: string[]): StepDefinition => ({ use: "effect@1", needs, retry });
/** Makes a step that causes an effect, and has an undo for it. */
export const undoable = (...needs: string[]): StepDefinition => ({ ...effect(...needs), undo });
/** Makes a step that always fails, without an effect. */
export const broken = (...needs: string[]): StepDefinition => ({ use: "broken@1", needs, retry });
/** Makes a step each of whose two attempts causes the same effect and then fails. */
export const thrown = (...needs: string[]): StepDefinition => ({
  ...effect(...needs),
  use: "thrown@1",
  retry: { ...retry, attemptsMax: 2 },
});

/** Makes the expectation that a run completes and has caused exactly these effects. */
export const completes =
  (...caused: string[]) =>
  (): Expectation => ({ ends: ["completed"], caused, maybe: [], undone: [] });
