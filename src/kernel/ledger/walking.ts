import { type StepRecord } from "../rows/step-row.ts";
import type { StepEvent, StepState } from "../rules/step/step-state.ts";
import type { OpenRun } from "./run-book.ts";

/** What the parts that walk a run ask of each other; `run-walker.ts` puts them together. */
export interface Walking {
  /** Moves a row and follows what comes of it. */
  move(run: OpenRun, record: StepRecord, event: StepEvent): StepState;
  /** Saves a row that is not an end, and begins its wait if it is one; what ended at once is returned and not saved. */
  open(run: OpenRun, record: StepRecord, from: StepState | null): StepRecord;
  /** Logs and saves the end of a step; returns how many steps of the run have not ended. */
  logEnd(run: OpenRun, record: StepRecord, from: StepState | null): number;
  /** Stops a row that is not wanted any more. */
  cancelRow(run: OpenRun, record: StepRecord): void;
}

/** A row that is not stored yet. */
export const newRecord = (runId: string, step: string, item: string | null = null): StepRecord => ({
  runId,
  step,
  state: { phase: "pending" },
  epoch: 0,
  seq: null,
  item,
});

/** Failed for a reason that lies in the definition: nothing was done, so there is nothing to undo. */
export const failed = (message: string): StepState => ({
  phase: "failed",
  attempt: 0,
  choice: 0,
  message,
  certain: true,
});
