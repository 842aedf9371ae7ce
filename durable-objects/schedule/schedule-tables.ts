import {
  withBound,
  LONG_TEXT_BYTES_MAX,
  columns,
  flag,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  toFlag,
  toJson,
} from "../../src/columns.ts";
import type { ProjectId, RunId, ScheduleId } from "../../src/ids.ts";
import { RUN_INPUT_BYTES_MAX } from "../../src/kernel/rules/run/run-input.ts";
import type { Region, Scope } from "../../src/knowledge/scope.ts";
import type { CatchUp, Overlap } from "../../src/workflow/schedule/due-ticks.ts";
import type {
  ScheduleInit,
  ScheduleSummary,
  TriggeredRun,
} from "../../src/workflow/schedule/schedule-types.ts";

/** The columns of the table with the schedule's own row. */
export const SCHEDULE = columns(
  "schedule",
  {
    id: text<ScheduleId>(),
    projectId: text<ProjectId>(),
    region: text<Region>(),
    phase: text<"live" | "deleted">(),
    createdAt: integer(),
    workflow: text(),
    input: withBound(json<unknown>(), RUN_INPUT_BYTES_MAX),
    cron: text(),
    timeZone: text(),
    catchUp: text<CatchUp>(),
    overlap: text<Overlap>(),
    isPaused: flag(),
    metadata: json<ScheduleInit["metadata"]>(),
    nextAt: nullable(integer()),
    decidedAt: integer(),
    lookAt: nullable(integer()),
    lastAt: nullable(integer()),
    lastRunId: nullable(text<RunId>()),
    skipped: integer(),
    errorMessage: nullable(withBound(text(), LONG_TEXT_BYTES_MAX)),
    errorAt: nullable(integer()),
    version: integer(),
    summaryDue: nullable(integer()),
  },
  ["singleton"],
);
/** The schedule's own row. A transaction changes it in memory and writes it once at its end. */
export type ScheduleRow = RowOf<typeof SCHEDULE>;

/** The columns of the table of runs that the schedule is about to start, or has started and still counts as open. */
export const START = columns("start", {
  seq: integer(),
  key: text(),
  tick: integer(),
  phase: text<"starting" | "open">(),
  attempt: integer(),
  since: integer(),
  due: nullable(integer()),
  runId: nullable(text<RunId>()),
  strikes: integer(),
});
const STARTING = START.pick("seq", "key", "tick", "attempt", "since", "strikes");
/** A row of a run that the schedule is about to start. */
export type StartRow = RowOf<typeof STARTING>;

const READ = `SELECT ${SCHEDULE.select()} FROM schedule`;
const SAVE = `INSERT OR REPLACE INTO schedule (${SCHEDULE.names}, singleton) VALUES (${SCHEDULE.marks}, 1)`;
const LIST_WAITING = "SELECT tick FROM waiting_tick ORDER BY tick";
const CLEAR_WAITING = "DELETE FROM waiting_tick";
const ADD_WAITING = "INSERT INTO waiting_tick (tick) SELECT value FROM json_each(?)";
const NEW_START = START.omit("seq", "runId");
const ADD_START = `INSERT INTO start (${NEW_START.names}) VALUES (${NEW_START.marks})
  ON CONFLICT (key) DO NOTHING`;
const STARTS_DUE = `SELECT ${STARTING.select()} FROM start
  WHERE phase = 'starting' AND due <= ? ORDER BY seq`;
const FIND_START = `SELECT ${STARTING.select()} FROM start WHERE key = ? AND phase = 'starting'`;
const FIRST_DUE = "SELECT min(due) AS due FROM start WHERE phase = 'starting'";
const COUNT = "SELECT count(*) AS count FROM start WHERE phase = 'starting' OR ?1";
const STRIKE = "UPDATE start SET strikes = strikes + 1 WHERE seq = ? AND phase = 'starting'";
const POSTPONE = `UPDATE start SET attempt = attempt + 1, strikes = 0, due = ?2 WHERE seq = ?1 AND phase = 'starting'`;
const OPEN = `UPDATE start SET phase = 'open', due = NULL, run_id = ?2 WHERE seq = ?1 AND phase = 'starting'`;
const LIST_OPEN = "SELECT seq, run_id AS runId FROM start WHERE phase = 'open' ORDER BY seq DESC";
const KEEP_NEWEST_OPEN = `DELETE FROM start WHERE phase = 'open'
  AND seq < (SELECT max(seq) FROM start WHERE phase = 'open')`;
const FORGET = "DELETE FROM start WHERE seq = ?";
const FORGET_RUN = "DELETE FROM start WHERE phase = 'open' AND run_id = ?";
const CLEAR_STARTS = "DELETE FROM start";
const FIND_TRIGGER = "SELECT run_id AS runId, at FROM trigger_key WHERE key = ?";
const ADD_TRIGGER = "INSERT INTO trigger_key (key, run_id, at) VALUES (?, ?, ?)";
const FORGET_TRIGGER = "DELETE FROM trigger_key WHERE run_id = ?";
/**
 * The oldest, a few at a time: each trigger adds one key, so that a hundred keep up and no trigger reads a day of them.
 */
const FORGET_TRIGGERS = `DELETE FROM trigger_key WHERE at < ?
  AND rowid IN (SELECT rowid FROM trigger_key ORDER BY rowid LIMIT 100)`;

/** Reads and writes the tables of a schedule object. It makes no decisions. */
export class ScheduleTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads the schedule's own row. Throws if the schedule was never created. */
  read(): ScheduleRow {
    return this.#sql.exec<ScheduleRow>(READ).one();
  }

  /** Writes the schedule's own row. */
  save(row: ScheduleRow): void {
    this.#sql.exec(SAVE, ...SCHEDULE.bind(row));
  }

  /** Lists the queued ticks, which wait for an open run to end: milliseconds since the epoch, oldest first. */
  waiting(): number[] {
    const rows = this.#sql.exec<{ tick: number }>(LIST_WAITING).toArray();
    return rows.map(({ tick }) => tick);
  }

  /** Replaces the queued ticks. `ticks` are in milliseconds since the epoch, oldest first. */
  setWaiting(ticks: readonly number[]): void {
    this.#sql.exec(CLEAR_WAITING);
    if (ticks.length > 0) this.#sql.exec(ADD_WAITING, JSON.stringify(ticks));
  }

  /**
   * Plans the start of a run, unless the table has a start with the same idempotency key. `tick` is the scheduled time
   * of the run, `due` the time of the first attempt to start it; both and `now` are in milliseconds since the epoch.
   */
  addStart(key: string, tick: number, now: number, due: number): void {
    const row = { key, tick, phase: "starting", attempt: 1, since: now, due, strikes: 0 } as const;
    this.#sql.exec(ADD_START, ...NEW_START.bind(row));
  }

  /** Lists the planned runs whose start is due at `now` (milliseconds since the epoch), in the order of planning. */
  startsDue(now: number): StartRow[] {
    return this.#sql.exec<StartRow>(STARTS_DUE, now).toArray();
  }

  /** Finds a planned run by its idempotency key; null if it has started, or there is none. */
  findStart(key: string): StartRow | null {
    return this.#sql.exec<StartRow>(FIND_START, key).toArray()[0] ?? null;
  }

  /** Returns the time of the next planned start, in milliseconds since the epoch; null when none is planned. */
  firstStartDue(): number | null {
    return this.#sql.exec<{ due: number | null }>(FIRST_DUE).one().due;
  }

  /** Counts the runs whose start is planned. */
  startingCount(): number {
    return this.#sql.exec<{ count: number }>(COUNT, 0).one().count;
  }

  /** Tests whether a run of the schedule is planned, or is open as far as the schedule knows. */
  isBusy(): boolean {
    return this.#sql.exec<{ count: number }>(COUNT, 1).one().count > 0;
  }

  /** Adds 1 to the count of attempts to start a run that have not ended. `postponeStart` resets the count. */
  strike(seq: number): void {
    this.#sql.exec(STRIKE, seq);
  }

  /**
   * Sets the time of the next attempt to start a run, in milliseconds since the epoch, and resets the count that
   * `strike` increments. Returns false if the start is no longer planned.
   */
  postponeStart(seq: number, due: number): boolean {
    return this.#sql.exec(POSTPONE, seq, due).rowsWritten > 0;
  }

  /** Records that a planned run has started. Returns false if the start is no longer planned. */
  openStart(seq: number, runId: RunId): boolean {
    return this.#sql.exec(OPEN, seq, runId).rowsWritten > 0;
  }

  /** Lists the open runs, newest first. */
  openRuns(): { seq: number; runId: RunId }[] {
    return this.#sql.exec<{ seq: number; runId: RunId }>(LIST_OPEN).toArray();
  }

  /** Deletes the rows of all open runs except the newest. */
  keepNewestOpen(): void {
    this.#sql.exec(KEEP_NEWEST_OPEN);
  }

  /** Deletes the row of a planned or open run. */
  forgetStart(seq: number): void {
    this.#sql.exec(FORGET, seq);
  }

  /** Deletes the row of an open run. Returns false if there is none. */
  forgetRun(runId: RunId): boolean {
    return this.#sql.exec(FORGET_RUN, runId).rowsWritten > 0;
  }

  /** Deletes all planned and open runs and all queued ticks. */
  clear(): void {
    this.#sql.exec(CLEAR_STARTS);
    this.#sql.exec(CLEAR_WAITING);
  }

  /** Finds the run that was triggered under an idempotency key; null for a new key. */
  findTrigger(key: string): TriggeredRun | null {
    return this.#sql.exec<{ runId: RunId; at: number }>(FIND_TRIGGER, key).toArray()[0] ?? null;
  }

  /**
   * Records a run that a client triggered. Deletes old records, from before `keptSince` (milliseconds since the epoch).
   */
  addTrigger(key: string, { runId, at }: TriggeredRun, keptSince: number): void {
    this.#sql.exec(FORGET_TRIGGERS, keptSince);
    this.#sql.exec(ADD_TRIGGER, key, runId, at);
  }

  /** Deletes the record of a triggered run that could not be started, so that its key can be used again. */
  forgetTrigger(runId: RunId): void {
    this.#sql.exec(FORGET_TRIGGER, runId);
  }
}

/** Returns the project and region of a schedule. */
export const readScheduleScope = ({ projectId, region }: ScheduleRow): Scope => ({
  projectId,
  region,
});

/**
 * Makes the row of a new schedule. `nextAt` is the first time at which it is to start a run; null if there is none.
 * `nextAt` and `now` are in milliseconds since the epoch.
 */
export function newScheduleRow(
  init: ScheduleInit,
  nextAt: number | null,
  now: number,
): ScheduleRow {
  return {
    id: init.id,
    projectId: init.scope.projectId,
    region: init.scope.region,
    phase: "live",
    createdAt: Math.floor(now / 1000),
    workflow: init.workflow,
    input: toJson(init.input ?? null),
    cron: init.cron,
    timeZone: init.timeZone,
    catchUp: init.catchUp,
    overlap: init.overlap,
    isPaused: toFlag(init.isPaused),
    metadata: toJson(init.metadata),
    nextAt,
    decidedAt: now,
    lookAt: init.isPaused ? null : nextAt,
    lastAt: null,
    lastRunId: null,
    skipped: 0,
    errorMessage: null,
    errorAt: null,
    version: 1,
    summaryDue: now,
  };
}

/** Makes the summary of a schedule that lists show. `waiting` counts its runs that wait for an open run to end. */
export function summarizeSchedule(row: ScheduleRow, waiting: number): ScheduleSummary {
  const { id, createdAt, workflow, cron, timeZone, catchUp, overlap, lastAt, lastRunId } = row;
  const lastError =
    row.errorMessage === null ? null : { message: row.errorMessage, at: row.errorAt ?? 0 };
  return {
    id,
    createdAt,
    workflow,
    cron,
    timeZone,
    catchUp,
    overlap,
    isPaused: row.isPaused === 1,
    metadata: parseJson(row.metadata),
    nextAt: row.isPaused === 1 ? null : row.nextAt,
    lastAt,
    lastRunId,
    skipped: row.skipped,
    waiting,
    lastError,
  };
}
