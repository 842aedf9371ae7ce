import type { Definition, StepDefinition, Work } from "../../../src/kernel/rules/definition.ts";

/** A workflow that is run under crashes, and what must have come of each run of it. */
export type FuzzGraph = {
  readonly name: string;
  readonly steps: Definition["steps"];
  /** What its sub-workflows are, by name. */
  readonly workflows?: Readonly<Record<string, Definition>>;
  readonly outside: Outside;
  expect(run: RunFacts): Expectation;
};

/**
 * What somebody outside does to a run while it is open: sends `approval`; cancels it; pauses it and resumes it;
 * decides about step `b`, which has failed for good; takes the run up again from step `a` once it has failed.
 */
export type Outside = "nothing" | "signal" | "cancel" | "pause" | "decide" | "retry";

/** What storage says of a run that has ended. */
export type RunFacts = {
  readonly id: string;
  readonly status: string;
  /** The steps that completed, in the order in which they did. */
  readonly completed: readonly string[];
};

/** Effects are named after their step, `each[1]` for an item's and `child/a` for one in a sub-workflow. */
export type Expectation = {
  /** How it may have ended: the statuses that it settled with, joined by `, then `. */
  readonly ends: readonly string[];
  /** Effects that were caused: exactly as often as they stand here. */
  readonly caused: readonly string[];
  /** Those that may have been caused as well. */
  readonly maybe: readonly string[];
  /**
   * What was undone, in this order, and nothing else. All of it that was caused has to be undone; what nobody knows
   * to have been caused may be.
   */
  readonly undone: readonly string[];
};

/** Crashes cost attempts, so there is no end to them here. */
export const retry = { attemptsMax: 100_000, baseMs: 1, capMs: 20 };
const undo: Work = { use: "undo@1", retry };

export const effect = (...needs: string[]): StepDefinition => ({ use: "effect@1", needs, retry });
export const undoable = (...needs: string[]): StepDefinition => ({ ...effect(...needs), undo });
export const broken = (...needs: string[]): StepDefinition => ({ use: "broken@1", needs, retry });
/** Causes its effect and fails all the same, until it has failed for good. */
export const thrown = (...needs: string[]): StepDefinition => ({
  ...effect(...needs),
  use: "thrown@1",
  retry: { ...retry, attemptsMax: 2 },
});

export const completes =
  (...caused: string[]) =>
  (): Expectation => ({ ends: ["completed"], caused, maybe: [], undone: [] });
