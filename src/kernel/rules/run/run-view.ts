import type { Definition } from "../definition.ts";
import type { Wait } from "../step/step-state.ts";
import type { StepPhase } from "../step/step-state.ts";

export type RunStatus = "running" | "paused" | "undoing" | "completed" | "failed" | "cancelled";
export type SettledStatus = Extract<RunStatus, "completed" | "failed" | "cancelled">;

export const isSettledStatus = (status: RunStatus): status is SettledStatus =>
  status === "completed" || status === "failed" || status === "cancelled";

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
  /** The number of the last event; a decision refers to it. */
  readonly event: number;
};

export type StepView = {
  readonly phase: StepPhase;
  /** The handler that did or does the work, or is to do it. */
  readonly use: string;
  readonly attempt: number;
  /** Why the last attempt failed, or why the step was skipped or is held. */
  readonly message: string | null;
  /** When something is to happen next: a retry, the end of a lease, a wait or a pause. */
  readonly due: number | null;
  readonly waitsFor: Wait | "decision" | "resume" | null;
  /** Items of a step with `map`, by their place in the list; the first 100. */
  readonly items: readonly StepView[] | null;
  readonly undo: StepView | null;
};

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
  /** A step's output; undefined when it did not complete. Read on demand, since outputs may be large. */
  readStepOutput(step: string): unknown;
  /** The definition's `output`, filled in; null without one. */
  output(): unknown;
};
