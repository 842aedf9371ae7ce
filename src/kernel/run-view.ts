import type { RunStatus } from "./run-progress.ts";
import type { StepState } from "./step-state.ts";

export type RunView = {
  readonly id: string;
  /** The definition's name. */
  readonly name: string;
  readonly status: RunStatus;
  readonly error: RunError | null;
  readonly createdAt: number;
  readonly settledAt: number | null;
  readonly steps: Readonly<Record<string, StepView>>;
};

export type StepView = {
  readonly phase: StepState["phase"] | "pending";
  readonly attempt: number;
  readonly message: string | null;
};

export type RunError = { readonly step: string; readonly message: string };

/** What the object that owns a run is told, once, in the transaction that settles it. */
export type SettledRun = {
  readonly id: string;
  readonly name: string;
  readonly status: Exclude<RunStatus, "running">;
  readonly input: unknown;
  /** The outputs of the steps that completed, by step. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Which step failed and why; null unless the status is `failed`. */
  readonly error: RunError | null;
};

export function viewStep(state: StepState | undefined): StepView {
  if (!state) return { phase: "pending", attempt: 0, message: null };
  return {
    phase: state.phase,
    attempt: state.attempt,
    message: "message" in state ? state.message : null,
  };
}

/** The outputs of the steps that have completed, by step. */
export function outputsOf(states: ReadonlyMap<string, StepState>): Record<string, unknown> {
  const outputs: Record<string, unknown> = {};
  for (const [step, state] of states) {
    if (state.phase === "completed") outputs[step] = JSON.parse(state.output);
  }
  return outputs;
}
