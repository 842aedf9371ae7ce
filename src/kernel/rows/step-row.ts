import type { StepPhase, StepState, Tries } from "../rules/step/step-state.ts";

/** A step's row with its state. */
export type StepRecord = {
  readonly runId: string;
  readonly step: string;
  readonly state: StepState;
  /** Grows when the step is done over on purpose. */
  readonly epoch: number;
  /** The number of the last event about the step. */
  readonly seq: number | null;
  /** JSON of the item that the step is about. */
  readonly item: string | null;
};

export type StepRow = {
  runId: string;
  step: string;
  phase: StepPhase;
  attempt: number;
  choice: number;
  strikes: number;
  epoch: number;
  due: number | null;
  queueBy: number | null;
  lease: string | null;
  firstAt: number | null;
  deadline: number | null;
  seq: number | null;
  item: string | null;
  wait: string | null;
  output: string | null;
  message: string | null;
  certain: number;
};

export const COLUMNS = `run_id AS runId, step, phase, attempt, choice, strikes, epoch, due, queue_by AS queueBy, lease,
  first_at AS firstAt, deadline, seq, item, wait, output, message, certain`;

/** A row's columns, in the order in which they are stored. */
export function bindingsOf(record: StepRecord, queue: string): SqlStorageValue[] {
  const { runId, step, state, epoch, seq, item } = record;
  const { phase } = state;
  const tries = phase === "ready" || phase === "claimed" || phase === "waiting" || phase === "held";
  return [
    runId,
    step,
    queue,
    phase,
    "attempt" in state ? state.attempt : 0,
    "choice" in state ? state.choice : 0,
    tries ? state.strikes : 0,
    epoch,
    tries ? state.due : null,
    phase === "ready" ? state.queueBy : null,
    phase === "claimed" ? state.lease : null,
    tries ? state.firstAt : null,
    phase === "claimed" ? state.deadline : null,
    seq,
    item,
    waitOf(state),
    phase === "completed" ? state.output : null,
    phase === "skipped" ? state.reason : "message" in state ? state.message : null,
    "certain" in state ? Number(state.certain) : 0,
  ];
}

const waitOf = (state: StepState): string | null => {
  if (state.phase === "waiting") return JSON.stringify(state.wait);
  return state.phase === "held" ? JSON.stringify(state.because) : null;
};

export function recordOf(row: StepRow): StepRecord {
  const { runId, step, epoch, seq, item } = row;
  return { runId, step, epoch, seq, item, state: stateOf(row) };
}

/** The one place that narrows a row to its phase; the table's CHECKs hold the columns together. */
function stateOf(row: StepRow): StepState {
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
      return { phase, reason: skipReasonOf(message) };
    case "cancelled":
      return { phase, attempt, certain };
  }
}

function skipReasonOf(message: string | null): Extract<StepState, { phase: "skipped" }>["reason"] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the column holds what `save` wrote
  return (message ?? "condition") as Extract<StepState, { phase: "skipped" }>["reason"];
}
