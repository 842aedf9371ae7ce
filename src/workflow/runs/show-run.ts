import type { ResponseId, RunId } from "../../ids.ts";
import type { WorkflowVersion } from "../../kernel/rules/pinned-workflow.ts";
import type { RunStatus, RunView, StepView } from "../../kernel/rules/run/run-view.ts";
import type { StepStatus } from "../mermaid.ts";
import type { StepTimes } from "./step-times.ts";
import type { WaitBody } from "./waits.ts";

/**
 * The properties of a run that its object stores outside of the kernel's tables: its id, its workflow's version, and
 * the client's metadata.
 */
export type RunFrame = {
  /** The run's id. The run that answers a response has the id of the response. */
  readonly id: RunId | ResponseId;
  readonly workflow: WorkflowVersion;
  readonly metadata: Readonly<Record<string, string>>;
};

/** A stored JSON value and its length in bytes. `json` is null if the length exceeds `SHOWN_BYTES_MAX`. */
export type KeptJson = { readonly json: string | null; readonly bytes: number };

/** A run in the shape of the API. */
export type RunBody = {
  readonly id: RunId | ResponseId;
  readonly object: "workflow.run";
  readonly workflow: string;
  readonly workflow_version: number;
  readonly workflow_hash: string;
  readonly status: RunStatus;
  /** Time of creation, in Unix seconds. */
  readonly created_at: number;
  readonly settled_at: number | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly error: { readonly step: string; readonly message: string } | null;
  /** The number of the last event in the run's log. A person's decision about a waiting step refers to this number. */
  readonly event: number;
  readonly waiting_for: readonly WaitBody[];
  readonly input: unknown;
  readonly input_bytes: number;
  readonly output: unknown;
  readonly output_bytes: number | null;
  readonly steps: readonly StepBody[];
};

/** A step of a run in the shape of the API; also an item of a `map`, and an undo. */
export type StepBody = {
  readonly name: string;
  readonly use: string;
  readonly status: Exclude<StepStatus, "undone">;
  readonly attempt: number;
  /**
   * Unix seconds, with milliseconds as the fraction; null before the step begins, and for steps without external
   * effects, whose starts are not recorded.
   */
  readonly started_at: number | null;
  readonly ended_at: number | null;
  /** The time of the next attempt or of the end of a wait, in Unix seconds; null if there is none. */
  readonly next_at: number | null;
  /** The latest attempts, oldest first. */
  readonly attempts: readonly AttemptBody[];
  /** Why the last attempt failed, or why the step was skipped or is held; null if none of these applies. */
  readonly error: string | null;
  readonly output: unknown;
  /** Length of the output as JSON, in bytes. `output` is null if it is too long to be shown here. */
  readonly output_bytes: number | null;
  readonly items: readonly StepBody[] | null;
  readonly undo: StepBody | null;
};

/** A step of a run in the shape of the API, with its whole output and the run that it started. */
export type StepDetail = StepBody & {
  readonly object: "workflow.run.step";
  readonly run: Pick<RunBody, "status" | "error" | "event" | "steps"> | null;
};

/** One attempt of a step, as clients see it. */
type AttemptBody = {
  readonly attempt: number;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly error: string | null;
};

/**
 * Maximum bytes as JSON of an output that the API shows as part of a run. Longer outputs are read by a request for the
 * step.
 */
export const SHOWN_BYTES_MAX = 64 * 1024;
/** Maximum size of all outputs in one body, in bytes. */
const SHOWN_BYTES_TOTAL_MAX = 4 * 1024 * 1024;

/** The data from which `showRun` builds the API's shape of a run. */
export type RunParts = {
  readonly frame: RunFrame;
  readonly view: RunView;
  readonly waits: readonly WaitBody[];
  readonly input: KeptJson;
  /** The run's output; null until the run has completed. */
  readonly output: KeptJson | null;
} & StepParts;

/** Access to the times and outputs of a run's steps, by the names of their rows. */
export type StepParts = {
  /** Returns the times of the row `row`: a step, an item (`a[3]`) or an undo (`a~undo`). */
  readTimes(row: string): StepTimes;
  readStepOutput(row: string): KeptJson | undefined;
};

/** Builds the API's shape of a run. */
export function showRun(parts: RunParts): RunBody {
  const { frame, view, waits, input, output } = parts;
  return {
    id: frame.id,
    object: "workflow.run",
    workflow: frame.workflow.name,
    workflow_version: frame.workflow.version,
    workflow_hash: frame.workflow.hash,
    status: view.status,
    created_at: Math.floor(view.createdAt / 1000),
    settled_at: view.settledAt && Math.floor(view.settledAt / 1000),
    metadata: frame.metadata,
    error: view.error,
    event: view.event,
    waiting_for: waits,
    input: parseKept(input),
    input_bytes: input.bytes,
    output: output && parseKept(output),
    output_bytes: output && output.bytes,
    steps: showSteps(view, parts),
  };
}

/** Builds the API's shape of all steps of a run, with their items and undos. */
export function showSteps({ steps }: Pick<RunView, "steps">, parts: StepParts): StepBody[] {
  let left = SHOWN_BYTES_TOTAL_MAX;
  const bounded: StepParts = {
    readTimes: (row) => parts.readTimes(row),
    readStepOutput: (row) => {
      const kept = parts.readStepOutput(row);
      if (!kept || kept.json === null) return kept;
      left -= kept.bytes;
      return left >= 0 ? kept : { json: null, bytes: kept.bytes };
    },
  };
  return Object.entries(steps).map(([name, step]) => showStep(name, step, bounded));
}

/** Builds the API's shape of a step, an item or an undo, whose row has the name `row`. */
export function showStep(row: string, step: StepView, parts: StepParts): StepBody {
  const { startedAt, endedAt, attempts } = parts.readTimes(row);
  const output = parts.readStepOutput(row);
  const { due } = step;
  return {
    name: row,
    use: step.use,
    status: toPublicStatus(step),
    attempt: step.attempt,
    started_at: seconds(startedAt),
    ended_at: seconds(endedAt),
    next_at: seconds(due),
    attempts: attempts.map((one) => ({
      attempt: one.attempt,
      started_at: one.startedAt / 1000,
      ended_at: seconds(one.endedAt),
      error: one.error,
    })),
    error: step.message,
    output: output ? parseKept(output) : null,
    output_bytes: output?.bytes ?? null,
    items: step.items?.map((item, index) => showStep(`${row}[${index}]`, item, parts)) ?? null,
    undo: step.undo && showStep(`${row}~undo`, step.undo, parts),
  };
}

/** Converts a step's phase to the status that clients see. */
function toPublicStatus({ phase }: Pick<StepView, "phase">): StepBody["status"] {
  switch (phase) {
    case "ready":
    case "claimed":
      return "running";
    case "held":
      return "paused";
    case "pending":
    case "waiting":
    case "completed":
    case "failed":
    case "skipped":
    case "cancelled":
      return phase;
  }
}

/** Returns the statuses of a run's steps, for a chart of the run. */
export function readStepStatuses({ steps }: Pick<RunView, "steps">) {
  return Object.fromEntries(
    Object.entries(steps).map(([name, step]) => {
      const status: StepStatus = step.undo?.phase === "completed" ? "undone" : toPublicStatus(step);
      return [name, { status, attempts: step.attempt }];
    }),
  );
}

const seconds = (ms: number | null) => (ms === null ? null : ms / 1000);

/** The only code that parses a run's stored JSON. */
const parseKept = ({ json }: KeptJson): unknown => (json === null ? null : JSON.parse(json));
