import {
  withBound,
  LONG_TEXT_BYTES_MAX,
  columns,
  flag,
  integer,
  json,
  nullable,
  type RowOf,
  text,
  toFlag,
  toJson,
} from "../../columns.ts";
import { OUTPUT_BYTES_MAX } from "../rules/step/step-outcome.ts";
import type { Held, StepPhase, StepState, Tries, Wait } from "../rules/step/step-state.ts";

/**
 * A row of the table of steps, with its state decoded. `step` is the row's name: that of a step, of an item (`a[3]`) or
 * of an undo (`a~undo`).
 */
export type StepRecord = {
  readonly runId: string;
  readonly step: string;
  readonly state: StepState;
  /**
   * The number of times that a retry of the run has repeated the step after its work was done or undone. It is part of
   * the step's idempotency keys, so that a receiver does not take the repetition for a duplicate.
   */
  readonly epoch: number;
  /** The number of the last event about the step in the run's log; null before the first. */
  readonly seq: number | null;
  /** For an item of a step with `map`: the item as JSON. Otherwise null. */
  readonly item: string | null;
};

/** Maximum bytes of what a step waits for: names, and the failure of an item. */
const WAIT_BYTES_MAX = 16_384;

/** The columns of the table of steps, which also has a row for each item of a `map` and each undo. */
export const STEP = columns("kernel_step", {
  runId: text(),
  step: text(),
  queue: text(),
  phase: text<StepPhase>(),
  attempt: integer(),
  choice: integer(),
  strikes: integer(),
  epoch: integer(),
  due: nullable(integer()),
  queueBy: nullable(integer()),
  lease: nullable(text()),
  firstAt: nullable(integer()),
  deadline: nullable(integer()),
  seq: nullable(integer()),
  item: nullable(withBound(json<unknown>(), OUTPUT_BYTES_MAX)),
  wait: nullable(withBound(json<Wait | Held["because"]>(), WAIT_BYTES_MAX)),
  output: nullable(withBound(json<unknown>(), OUTPUT_BYTES_MAX)),
  message: nullable(withBound(text(), LONG_TEXT_BYTES_MAX)),
  certain: flag(),
});
/**
 * The columns of the table of steps that queries select: all but the queue, which their callers know or do not need.
 */
export const STORED_STEP = STEP.omit("queue");
/** A row of the table of steps as SQLite returns it. `readRecord` decodes it to a `StepRecord`. */
export type StepRow = RowOf<typeof STORED_STEP>;

/** Encodes a step as the values of a row of the table of steps, in the order of the columns in `STEP`. */
export function bindStep(record: StepRecord, queue: string): SqlStorageValue[] {
  const { runId, step, state, epoch, seq, item } = record;
  const { phase } = state;
  const tries = phase === "ready" || phase === "claimed" || phase === "waiting" || phase === "held";
  return STEP.bind({
    runId,
    step,
    queue,
    phase,
    attempt: "attempt" in state ? state.attempt : 0,
    choice: "choice" in state ? state.choice : 0,
    strikes: tries ? state.strikes : 0,
    epoch,
    due: tries ? state.due : null,
    queueBy: phase === "ready" ? state.queueBy : null,
    lease: phase === "claimed" ? state.lease : null,
    firstAt: tries ? state.firstAt : null,
    deadline: phase === "claimed" ? state.deadline : null,
    seq,
    item,
    wait: encodeWait(state),
    output: phase === "completed" ? state.output : null,
    message: phase === "skipped" ? state.reason : "message" in state ? state.message : null,
    certain: toFlag("certain" in state && state.certain),
  });
}

const encodeWait = (state: StepState): StepRow["wait"] => {
  if (state.phase === "waiting") return toJson(state.wait);
  return state.phase === "held" ? toJson(state.because) : null;
};

/** Decodes a row of the table of steps. */
export function readRecord(row: StepRow): StepRecord {
  const { runId, step, epoch, seq, item } = row;
  return { runId, step, epoch, seq, item, state: readState(row) };
}

/** Narrows a row to its phase, here only. The table's CHECKs guarantee the columns of each phase. */
function readState(row: StepRow): StepState {
  const { phase, attempt, choice, strikes, firstAt, message } = row;
  const certain = row.certain === 1;
  const tries: Tries = { attempt, choice, strikes, firstAt, message, certain };
  const due = row.due ?? 0;
  switch (phase) {
    case "pending":
      return { phase };
    case "ready":
      return { ...tries, phase, due, queueBy: row.queueBy };
    case "claimed":
      return {
        ...tries,
        phase,
        due,
        firstAt: firstAt ?? 0,
        deadline: row.deadline ?? 0,
        lease: row.lease ?? "",
      };
    case "waiting":
      return { ...tries, phase, due: row.due, wait: JSON.parse(row.wait ?? "{}") };
    case "held":
      return { ...tries, phase, due, because: JSON.parse(row.wait ?? '"paused"') };
    case "completed":
      return { phase, attempt, choice, output: row.output ?? "null" };
    case "failed":
      return { phase, attempt, choice, message: message ?? "", certain };
    case "skipped":
      return { phase, reason: readSkipReason(message) };
    case "cancelled":
      return { phase, attempt, certain };
  }
}

function readSkipReason(
  message: string | null,
): Extract<StepState, { phase: "skipped" }>["reason"] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the column holds what `save` wrote
  return (message ?? "condition") as Extract<StepState, { phase: "skipped" }>["reason"];
}
