import createRuns from "../../migrations/kernel/0001_runs.sql";
import type { Definition } from "../../src/kernel/definition.ts";
import type { RunStatus } from "../../src/kernel/run-progress.ts";
import type { StepState } from "../../src/kernel/step-state.ts";
import type { Migration } from "../migrate.ts";

/** An object that runs workflows puts these at the end of its own list. */
export const KERNEL_MIGRATIONS: readonly Migration[] = [
  { id: "kernel/0001_runs", sql: createRuns },
];

export type StoredRun = {
  readonly id: string;
  readonly definition: string;
  readonly status: RunStatus;
  readonly input: string;
  readonly errorStep: string | null;
  readonly errorMessage: string | null;
  readonly createdAt: number;
  readonly settledAt: number | null;
};

/** A live step with what is needed to decide about it. */
export type OpenStep = {
  readonly runId: string;
  readonly step: string;
  readonly state: StepState;
  readonly definition: string;
  readonly input: string;
};

type StepRow = {
  runId: string;
  step: string;
  phase: StepState["phase"];
  attempt: number;
  due: number | null;
  lease: string | null;
  firstAt: number | null;
  deadline: number | null;
  output: string | null;
  message: string | null;
};

const HAS_TABLES = "SELECT 1 FROM sqlite_master WHERE name = 'kernel_run' LIMIT 1";
const FIND_DEFINITION = "SELECT id FROM kernel_definition WHERE body = ?";
const ADD_DEFINITION = "INSERT INTO kernel_definition (body) VALUES (?) RETURNING id";
const ADD_RUN = `INSERT INTO kernel_run (id, definition_id, status, input, created_at)
  VALUES (?, ?, 'running', ?, ?)`;
const FIND_RUN = `SELECT r.id, d.body AS definition, r.status, r.input, r.error_step AS errorStep,
    r.error_message AS errorMessage, r.created_at AS createdAt, r.settled_at AS settledAt
  FROM kernel_run r JOIN kernel_definition d ON d.id = r.definition_id WHERE r.id = ?`;
const SETTLE_RUN = `UPDATE kernel_run SET status = ?, error_step = ?, error_message = ?, settled_at = ?
  WHERE id = ?`;
const STEP_COLUMNS = `s.run_id AS runId, s.step, s.phase, s.attempt, s.due, s.lease,
  s.first_at AS firstAt, s.deadline, s.output, s.message`;
const FIND_STEP = `SELECT ${STEP_COLUMNS} FROM kernel_step s WHERE s.run_id = ? AND s.step = ?`;
const LIST_STEPS = `SELECT ${STEP_COLUMNS} FROM kernel_step s WHERE s.run_id = ?`;
const SAVE_STEP = `INSERT INTO kernel_step
    (run_id, step, use, phase, attempt, due, lease, first_at, deadline, output, message)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (run_id, step) DO UPDATE SET phase = excluded.phase, attempt = excluded.attempt,
    due = excluded.due, lease = excluded.lease, first_at = excluded.first_at,
    deadline = excluded.deadline, output = excluded.output, message = excluded.message`;
export const LIST_DUE = `SELECT ${STEP_COLUMNS}, d.body AS definition, r.input
  FROM kernel_step s JOIN kernel_run r ON r.id = s.run_id
    JOIN kernel_definition d ON d.id = r.definition_id
  WHERE s.use = ? AND s.phase = ? AND s.due IS NOT NULL AND s.due <= ?
  ORDER BY s.due LIMIT ?`;
export const FIRST_DUE = `SELECT due FROM kernel_step
  WHERE use = ? AND phase = ? AND due IS NOT NULL ORDER BY due LIMIT 1`;
export const NEXT_USE = `SELECT use FROM kernel_step
  WHERE due IS NOT NULL AND use > ? ORDER BY use LIMIT 1`;
export const COUNT_CLAIMED = `SELECT count(*) AS claimed FROM kernel_step
  WHERE use = ? AND phase = 'claimed' AND due IS NOT NULL`;
const ADD_EVENT = `INSERT INTO kernel_event (run_id, seq, at, type, step, detail)
  SELECT ?1, coalesce(max(seq), 0) + 1, ?2, ?3, ?4, ?5 FROM kernel_event WHERE run_id = ?1`;
const LIST_EVENTS =
  "SELECT seq, at, type, step, detail FROM kernel_event WHERE run_id = ? ORDER BY seq";

export type KernelEvent = {
  seq: number;
  at: number;
  type: string;
  step: string | null;
  detail: string | null;
};

/** The kernel's rows, read and written; nothing is decided here. */
export class KernelStorage {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Asked at every door and never remembered: the object's owner may have emptied its storage. */
  hasTables(): boolean {
    return this.#first(HAS_TABLES) !== undefined;
  }

  addRun(id: string, definition: Definition, input: string, now: number): void {
    const body = JSON.stringify(definition);
    const found =
      this.#first<{ id: number }>(FIND_DEFINITION, body) ??
      this.#sql.exec<{ id: number }>(ADD_DEFINITION, body).one();
    this.#sql.exec(ADD_RUN, id, found.id, input, now);
  }

  run(id: string): StoredRun | undefined {
    return this.#first<StoredRun>(FIND_RUN, id);
  }

  settleRun(
    id: string,
    status: RunStatus,
    error: { step: string; message: string } | null,
    now: number,
  ): void {
    this.#sql.exec(SETTLE_RUN, status, error?.step ?? null, error?.message ?? null, now, id);
  }

  /** The run first: the event log lets go of its rows only when their run is gone. */
  forgetRun(id: string): void {
    this.#sql.exec("DELETE FROM kernel_run WHERE id = ?", id);
    this.#sql.exec("DELETE FROM kernel_step WHERE run_id = ?", id);
    this.#sql.exec("DELETE FROM kernel_event WHERE run_id = ?", id);
  }

  step(runId: string, step: string): StepState | undefined {
    const row = this.#first<StepRow>(FIND_STEP, runId, step);
    return row && stateOf(row);
  }

  steps(runId: string): Map<string, StepState> {
    const rows = this.#sql.exec<StepRow>(LIST_STEPS, runId).toArray();
    return new Map(rows.map((row) => [row.step, stateOf(row)]));
  }

  saveStep(runId: string, step: string, use: string, state: StepState): void {
    const { phase, attempt } = state;
    const live = phase === "ready" || phase === "claimed" ? state : null;
    const claimed = phase === "claimed" ? state : null;
    this.#sql.exec(
      SAVE_STEP,
      runId,
      step,
      use,
      phase,
      attempt,
      live?.due ?? null,
      claimed?.lease ?? null,
      live?.firstAt ?? null,
      claimed?.deadline ?? null,
      phase === "completed" ? state.output : null,
      "message" in state ? state.message : null,
    );
  }

  dueSteps(use: string, phase: "ready" | "claimed", now: number, limit: number): OpenStep[] {
    if (limit <= 0) return [];
    const rows = this.#sql
      .exec<StepRow & { definition: string; input: string }>(LIST_DUE, use, phase, now, limit)
      .toArray();
    return rows.map((row) => ({
      runId: row.runId,
      step: row.step,
      state: stateOf(row),
      definition: row.definition,
      input: row.input,
    }));
  }

  firstDue(use: string, phase: "ready" | "claimed"): number | null {
    return this.#first<{ due: number }>(FIRST_DUE, use, phase)?.due ?? null;
  }

  /** Every handler that live steps name, also those that this build does not have; one index look-up each. */
  liveUses(): string[] {
    const uses: string[] = [];
    for (;;) {
      const next = this.#first<{ use: string }>(NEXT_USE, uses.at(-1) ?? "");
      if (!next) return uses;
      uses.push(next.use);
    }
  }

  countClaimed(use: string): number {
    return this.#sql.exec<{ claimed: number }>(COUNT_CLAIMED, use).one().claimed;
  }

  addEvent(
    runId: string,
    event: { at: number; type: string; step: string | null; detail: string | null },
  ): void {
    this.#sql.exec(ADD_EVENT, runId, event.at, event.type, event.step, event.detail);
  }

  events(runId: string): KernelEvent[] {
    return this.#sql.exec<KernelEvent>(LIST_EVENTS, runId).toArray();
  }

  #first<Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: SqlStorageValue[]
  ): Row | undefined {
    return this.#sql.exec<Row>(query, ...bindings).toArray()[0];
  }
}

/** The one place that narrows a row to its phase; the table's CHECKs hold the columns together. */
function stateOf(row: StepRow): StepState {
  const { phase, attempt, message } = row;
  switch (phase) {
    case "ready":
      return { phase, attempt, due: row.due ?? 0, firstAt: row.firstAt, message };
    case "claimed":
      return {
        phase,
        attempt,
        due: row.due ?? 0,
        firstAt: row.firstAt ?? 0,
        deadline: row.deadline ?? 0,
        lease: row.lease ?? "",
        message,
      };
    case "completed":
      return { phase, attempt, output: row.output ?? "null" };
    case "failed":
      return { phase, attempt, message: message ?? "" };
    case "cancelled":
      return { phase, attempt };
  }
}
