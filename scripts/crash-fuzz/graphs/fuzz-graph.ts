import type { Definition, StepDefinition, Work } from "../../../src/kernel/rules/definition.ts";

/** A workflow that runs under crashes, with the expected end of each run. */
export type FuzzGraph = {
  readonly name: string;
  readonly steps: Definition["steps"];
  /** Sub-workflows by name. */
  readonly workflows?: Readonly<Record<string, Definition>>;
  readonly outside: Outside;
  expect(run: RunFacts): Expectation;
};

/**
 * The commands to an open run: the signal `approval`; a cancellation; a pause and a resume; decisions about step `b`,
 * which has failed for good; a retry from step `a` after the run has failed.
 */
export type Outside = "nothing" | "signal" | "cancel" | "pause" | "decide" | "retry";

/** The stored facts about a run that has ended. */
export type RunFacts = {
  readonly id: string;
  readonly status: string;
  /** The completed steps, in the order of their completion. */
  readonly completed: readonly string[];
};

/**
 * The expected effects of a run. They are named after their step, such as `each[1]` of an item or `child/a` of a
 * sub-workflow.
 */
export type Expectation = {
  /** The allowed ends: the statuses that the run settled with, joined by `, then `. */
  readonly ends: readonly string[];
  /** Effects that were caused, exactly as often as listed. */
  readonly caused: readonly string[];
  /** Effects that may have been caused too. */
  readonly maybe: readonly string[];
  /**
   * The undone effects, in order. A listed effect that was caused must be undone; one that may have been caused may be
   * undone.
   */
  readonly undone: readonly string[];
};

/** The retry policy of all steps: unlimited in practice, since crashes cost attempts. */
export const retry = { attemptsMax: 100_000, baseMs: 1, capMs: 20 };
const undo: Work = { use: "undo@1", retry };

/** A step with an effect. */
export const effect = (...needs: string[]): StepDefinition => ({ use: "effect@1", needs, retry });
/** A step with an effect and its undo. */
export const undoable = (...needs: string[]): StepDefinition => ({ ...effect(...needs), undo });
/** A step that always fails. */
export const broken = (...needs: string[]): StepDefinition => ({ use: "broken@1", needs, retry });
/** A step that causes its effect and fails, until it has failed for good. */
export const thrown = (...needs: string[]): StepDefinition => ({
  ...effect(...needs),
  use: "thrown@1",
  retry: { ...retry, attemptsMax: 2 },
});

/** Expects that a run completes with these effects. */
export const completes =
  (...caused: string[]) =>
  (): Expectation => ({ ends: ["completed"], caused, maybe: [], undone: [] });
