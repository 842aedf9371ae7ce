import { type RowOf, toJson } from "../../columns.ts";
import { EVENT_VERSION, type EventDetail, type RunEventType } from "../rules/run/event.ts";
import { EVENT, RUN } from "./run-row.ts";
import { bindStep, STEP, type StepRecord } from "./step-row.ts";

const SAVE_STEP = `INSERT INTO kernel_step (${STEP.names}) VALUES (${STEP.marks})
  ON CONFLICT (run_id, step) DO UPDATE SET ${STEP.omit("runId", "step").excluded}`;
const LAST_EVENT = "SELECT seq, open FROM kernel_event WHERE run_id = ? ORDER BY seq DESC LIMIT 1";
const ADD_EVENT = `INSERT INTO kernel_event (${EVENT.names}) VALUES (${EVENT.marks})`;
const RUN_STATUS = RUN.pick("status", "outcome", "errorStep", "errorMessage", "settledAt");
const SET_STATUS = `UPDATE kernel_run SET ${RUN_STATUS.assigned}, output = coalesce(?, output)
  WHERE id = ?`;

/** The columns of a run that change together with its status. */
export type RunStatusRow = Readonly<RowOf<typeof RUN_STATUS>>;

/** The end of a run's log: the number of its last event, and the number of steps that have begun and not ended. */
export type LogEnd = { readonly seq: number; readonly open: number };

/** An event to log. `at` is in milliseconds since the epoch. */
export type NewEvent = {
  readonly at: number;
  readonly type: RunEventType;
  readonly step: string | null;
  readonly detail: EventDetail | null;
};

type HeldStep = { readonly record: StepRecord; readonly values: SqlStorageValue[] };
type HeldRun = { readonly row: RunStatusRow; readonly output: string | null };

/**
 * Holds back the rows of runs, steps and events that a transaction changes. A row is written once, in its last form, at
 * the end of the transaction or before a statement that reads its table. If a run is erased in the transaction that
 * settles it, its rows are never written. Outside of a transaction, rows are written at once.
 */
export class HeldRows {
  readonly #sql: SqlStorage;
  #isHolding = false;
  readonly #steps = new Map<string, HeldStep>();
  readonly #runs = new Map<string, HeldRun>();
  readonly #events = new Map<string, SqlStorageValue[][]>();
  /** The ends of the logs that the transaction has read or changed. */
  readonly #logEnds = new Map<string, LogEnd | null>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Holds rows back until `end`. */
  begin(): void {
    this.#isHolding = true;
  }

  /** Ends holding rows back. The caller must have called `flush`, or `drop` if the transaction was rolled back. */
  end(): void {
    this.#isHolding = false;
    this.#logEnds.clear();
  }

  /** Writes all rows that are held. */
  flush(): void {
    for (const { values } of this.#steps.values()) this.#sql.exec(SAVE_STEP, ...values);
    for (const [id, { row, output }] of this.#runs) {
      this.#sql.exec(SET_STATUS, ...RUN_STATUS.bind(row), output, id);
    }
    for (const rows of this.#events.values()) {
      for (const row of rows) this.#sql.exec(ADD_EVENT, ...row);
    }
    this.#clear();
  }

  /** Forgets all rows that are held, because the transaction was rolled back. */
  drop(): void {
    this.#clear();
    this.#logEnds.clear();
  }

  /** Forgets what is held of a run that is being erased. */
  dropRun(runId: string): void {
    for (const [key, { record }] of this.#steps) {
      if (record.runId === runId) this.#steps.delete(key);
    }
    this.#runs.delete(runId);
    this.#events.delete(runId);
    this.#logEnds.delete(runId);
  }

  /** Saves the row of a step in place of the stored one. `queue` is the queue in which a live step waits. */
  saveStep(record: StepRecord, queue: string): void {
    const { runId, step } = record;
    this.#steps.set(stepKey(runId, step), { record, values: bindStep(record, queue) });
    this.#flushOutside();
  }

  /** Finds the row of a step that is held; undefined if the stored one is up to date. */
  findStep(runId: string, step: string): StepRecord | undefined {
    return this.#steps.get(stepKey(runId, step))?.record;
  }

  /** Saves the status of a run, and its output (JSON) unless that is null. */
  setStatus(id: string, row: RunStatusRow, output: string | null): void {
    this.#runs.set(id, { row, output: output ?? this.#runs.get(id)?.output ?? null });
    this.#flushOutside();
  }

  /** Finds the status of a run that is held; undefined if the stored one is up to date. */
  findStatus(id: string): RunStatusRow | undefined {
    return this.#runs.get(id)?.row;
  }

  /** Finds the output of a run that is held; null if the stored one is up to date. */
  findOutput(id: string): string | null {
    return this.#runs.get(id)?.output ?? null;
  }

  /**
   * Adds an event to a run's log. `opened` is the change in the number of open steps. `start` is the end to assume for
   * a log without stored events. Returns the new end of the log.
   */
  addEvent(runId: string, event: NewEvent, opened: number, start: LogEnd): LogEnd {
    const last = this.readLogEnd(runId) ?? start;
    const end = { seq: last.seq + 1, open: last.open + opened };
    const detail = event.detail && toJson(event.detail);
    const row = EVENT.bind({ runId, ...event, ...end, version: EVENT_VERSION, detail });
    const rows = this.#events.get(runId);
    if (rows) rows.push(row);
    else this.#events.set(runId, [row]);
    this.#logEnds.set(runId, end);
    this.#flushOutside();
    return end;
  }

  /** Reads the end of a run's log; null if no event of it is stored. */
  readLogEnd(runId: string): LogEnd | null {
    const known = this.#logEnds.get(runId);
    if (known !== undefined) return known;
    const end = this.#sql.exec<LogEnd>(LAST_EVENT, runId).toArray()[0] ?? null;
    if (this.#isHolding) this.#logEnds.set(runId, end);
    return end;
  }

  #flushOutside(): void {
    if (this.#isHolding) return;
    this.flush();
    this.#logEnds.clear();
  }

  #clear(): void {
    this.#steps.clear();
    this.#runs.clear();
    this.#events.clear();
  }
}

/** Makes the key of a step. The names of runs and steps contain no line feed, so keys are unique. */
const stepKey = (runId: string, step: string): string => `${runId}\n${step}`;
