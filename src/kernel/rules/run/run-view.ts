import type { Definition } from "../definition.ts";
import type { Wait } from "../step/step-state.ts";
import type { StepPhase } from "../step/step-state.ts";

/** The status of a run. */
export type RunStatus = "running" | "paused" | "undoing" | "completed" | "failed" | "cancelled";
/** The status of a run that has ended. */
export type SettledStatus = Extract<RunStatus, "completed" | "failed" | "cancelled">;

/** Tests whether a run has ended. */
export const isSettledStatus = (status: RunStatus): status is SettledStatus =>
  status === "completed" || status === "failed" || status === "cancelled";

/** A run with its steps, by name. */
export type RunView = RunHeader & { readonly steps: Readonly<Record<string, StepView>> };

/** A run without its steps. */
export type RunHeader = {
  readonly id: string;
  /** The definition's name. */
  readonly name: string;
  readonly status: RunStatus;
  readonly error: RunError | null;
  readonly createdAt: number;
  readonly settledAt: number | null;
  /** The number of the last event, which a decision refers to. */
  readonly event: number;
};

/** A step, an item of a step or an undo. */
export type StepView = {
  readonly phase: StepPhase;
  /** The handler of the current work: the step's own or that of a fallback. */
  readonly use: string;
  readonly attempt: number;
  /** Why the last attempt failed, or why the step was skipped or is held. */
  readonly message: string | null;
  /** The next timed change: a retry, or the end of a lease, a wait or a pause. */
  readonly due: number | null;
  readonly waitsFor: Wait | "decision" | "resume" | null;
  /** The first 100 items of a step with `map`, in the order of the list. */
  readonly items: readonly StepView[] | null;
  readonly undo: StepView | null;
};

/** The failure of a run: the step that failed and its message. */
export type RunError = { readonly step: string; readonly message: string };

/** A run that has just settled, as its object sees it. */
export type SettledRun = {
  readonly id: string;
  readonly name: string;
  readonly definition: Definition;
  readonly status: SettledStatus;
  readonly input: unknown;
  /** Which step failed and why; null unless the status is `failed`. */
  readonly error: RunError | null;
  /**
   * Reads a step's output; undefined if the step did not complete. Outputs may be large, so they are read on demand.
   */
  readStepOutput(step: string): unknown;
  /** Reads the value of the definition's `output`; null without one. */
  output(): unknown;
};
