import type { Definition } from "../definition.ts";
import type { Wait } from "../step/step-state.ts";
import type { StepPhase } from "../step/step-state.ts";

/** The status of a run. `undoing`: the run has failed or was cancelled, and its completed work is being undone. */
export type RunStatus = "running" | "paused" | "undoing" | "completed" | "failed" | "cancelled";
/** The final statuses of a run. Only a retry changes a final status. */
export type SettledStatus = Extract<RunStatus, "completed" | "failed" | "cancelled">;

/** Tests whether a run has ended. */
export const isSettledStatus = (status: RunStatus): status is SettledStatus =>
  status === "completed" || status === "failed" || status === "cancelled";

/** The state of a run with its steps, by name, as its object returns it. */
export type RunView = RunHeader & { readonly steps: Readonly<Record<string, StepView>> };

/** The state of a run without its steps, as its object returns it. Times are in milliseconds since the epoch. */
export type RunHeader = {
  readonly id: string;
  /** The name of the workflow. */
  readonly name: string;
  readonly status: RunStatus;
  readonly error: RunError | null;
  readonly createdAt: number;
  readonly settledAt: number | null;
  /**
   * The number of the last event in the run's log. A person's decision about a held step names the number that the
   * person saw, so that an outdated decision is refused.
   */
  readonly event: number;
};

/** The state of a step, of an item of a step with `map`, or of an undo, as the run's object returns it. */
export type StepView = {
  readonly phase: StepPhase;
  /** The handler of the current work: the step's own or that of a fallback. */
  readonly use: string;
  readonly attempt: number;
  /** Why the last attempt failed, or why the step was skipped or is held; null if none of these applies. */
  readonly message: string | null;
  /**
   * The time of the next change by the clock, in milliseconds since the epoch: a retry, or the end of a lease, a wait
   * or a pause. Null if there is none.
   */
  readonly due: number | null;
  readonly waitsFor: Wait | "decision" | "resume" | null;
  /** The first 100 items of a step with `map`, in the order of the list; null for other steps. */
  readonly items: readonly StepView[] | null;
  readonly undo: StepView | null;
};

/** The failure of a run: the name of the step that failed and the message of its error. */
export type RunError = { readonly step: string; readonly message: string };

/** An attempt at a step that has failed: the time (milliseconds since the epoch), its number, and its error message. */
export type FailedAttempt = {
  readonly at: number;
  /** Name of the step, or of the item of a step with `map`. */
  readonly step: string;
  /** Number of the attempt, from 1; null if the log does not say. */
  readonly attempt: number | null;
  readonly message: string;
};

/** A run that has just settled, as it is passed to the callback `onRunSettled`. */
export type SettledRun = {
  readonly id: string;
  readonly name: string;
  readonly definition: Definition;
  readonly status: SettledStatus;
  readonly input: unknown;
  /** The step that failed and the message of its error; null unless the status is `failed`. */
  readonly error: RunError | null;
  /**
   * Reads a step's output; undefined if the step did not complete. Outputs may be large, so they are read on demand.
   */
  readStepOutput(step: string): unknown;
  /** Reads the failed attempts at a step and its items from the end of the run's log, oldest first. */
  readFailures(step: string): FailedAttempt[];
  /** Reads the run's output, the value of the definition's `output`; null if it has no such template. */
  output(): unknown;
};
