import type { ProjectId, RunId, ScheduleId } from "../../src/ids.ts";
import type { Region, Scope } from "../../src/knowledge/scope.ts";
import type { CatchUp, Overlap } from "../../src/workflow/schedule/due-ticks.ts";
import type {
  ScheduleInit,
  ScheduleSummary,
  TriggeredRun,
} from "../../src/workflow/schedule/schedule-types.ts";

/** The schedule's own row. It is changed in memory inside a transaction and written once at its end. */
export type ScheduleRow = {
  id: ScheduleId;
  projectId: ProjectId;
  region: Region;
  phase: "live" | "deleted";
  createdAt: number;
  workflow: string;
  input: string;
  cron: string;
  timeZone: string;
  catchUp: CatchUp;
  overlap: Overlap;
  isPaused: number;
  metadata: string;
  nextAt: number | null;
  decidedAt: number;
  lookAt: number | null;
  lastAt: number | null;
  lastRunId: RunId | null;
  skipped: number;
  errorMessage: string | null;
  errorAt: number | null;
  version: number;
  summaryDue: number | null;
};

/** A run that is about to be started. */
export type StartRow = { seq: number; key: string; tick: number; attempt: number; since: number };

const READ = `SELECT id, project_id AS projectId, region, phase, created_at AS createdAt, workflow, input, cron,
    time_zone AS timeZone, catch_up AS catchUp, overlap, is_paused AS isPaused, metadata, next_at AS nextAt,
    decided_at AS decidedAt, look_at AS lookAt, last_at AS lastAt, last_run_id AS lastRunId, skipped,
    error_message AS errorMessage, error_at AS errorAt, version, summary_due AS summaryDue
  FROM schedule`;
const SAVE = `INSERT OR REPLACE INTO schedule (singleton, id, project_id, region, phase, created_at, workflow, input,
    cron, time_zone, catch_up, overlap, is_paused, metadata, next_at, decided_at, look_at, last_at, last_run_id,
    skipped, error_message, error_at, version, summary_due)
  VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const LIST_WAITING = "SELECT tick FROM waiting_tick ORDER BY tick";
const CLEAR_WAITING = "DELETE FROM waiting_tick";
const ADD_WAITING = "INSERT INTO waiting_tick (tick) SELECT value FROM json_each(?)";
const ADD_START = `INSERT INTO start (key, tick, phase, attempt, since, due) VALUES (?, ?, 'starting', 1, ?, ?)
  ON CONFLICT (key) DO NOTHING`;
const STARTS_DUE = `SELECT seq, key, tick, attempt, since FROM start
  WHERE phase = 'starting' AND due <= ? ORDER BY seq`;
const FIND_START = `SELECT seq, key, tick, attempt, since FROM start WHERE key = ? AND phase = 'starting'`;
const FIRST_DUE = "SELECT min(due) AS due FROM start WHERE phase = 'starting'";
const COUNT = "SELECT count(*) AS count FROM start WHERE phase = 'starting' OR ?1";
const POSTPONE = `UPDATE start SET attempt = attempt + 1, due = ?2 WHERE seq = ?1 AND phase = 'starting'`;
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
const FORGET_TRIGGERS = "DELETE FROM trigger_key WHERE at < ?";

/** The rows of a schedule; nothing is decided here. */
export class ScheduleTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(): ScheduleRow {
    return this.#sql.exec<ScheduleRow>(READ).one();
  }

  save(row: ScheduleRow): void {
    this.#sql.exec(
      SAVE,
      row.id,
      row.projectId,
      row.region,
      row.phase,
      row.createdAt,
      row.workflow,
      row.input,
      row.cron,
      row.timeZone,
      row.catchUp,
      row.overlap,
      row.isPaused,
      row.metadata,
      row.nextAt,
      row.decidedAt,
      row.lookAt,
      row.lastAt,
      row.lastRunId,
      row.skipped,
      row.errorMessage,
      row.errorAt,
      row.version,
      row.summaryDue,
    );
  }

  waiting(): number[] {
    const rows = this.#sql.exec<{ tick: number }>(LIST_WAITING).toArray();
    return rows.map(({ tick }) => tick);
  }

  setWaiting(ticks: readonly number[]): void {
    this.#sql.exec(CLEAR_WAITING);
    if (ticks.length > 0) this.#sql.exec(ADD_WAITING, JSON.stringify(ticks));
  }

  /** Under one key there is one start, however often it is added. */
  addStart(key: string, tick: number, now: number, due: number): void {
    this.#sql.exec(ADD_START, key, tick, now, due);
  }

  startsDue(now: number): StartRow[] {
    return this.#sql.exec<StartRow>(STARTS_DUE, now).toArray();
  }

  findStart(key: string): StartRow | null {
    return this.#sql.exec<StartRow>(FIND_START, key).toArray()[0] ?? null;
  }

  firstStartDue(): number | null {
    return this.#sql.exec<{ due: number | null }>(FIRST_DUE).one().due;
  }

  startingCount(): number {
    return this.#sql.exec<{ count: number }>(COUNT, 0).one().count;
  }

  /** Whether a run is open, as far as is known, or about to be. */
  isBusy(): boolean {
    return this.#sql.exec<{ count: number }>(COUNT, 1).one().count > 0;
  }

  /** False when the start is not waiting for this any more. */
  postponeStart(seq: number, due: number): boolean {
    return this.#sql.exec(POSTPONE, seq, due).rowsWritten > 0;
  }

  openStart(seq: number, runId: RunId): boolean {
    return this.#sql.exec(OPEN, seq, runId).rowsWritten > 0;
  }

  openRuns(): { seq: number; runId: RunId }[] {
    return this.#sql.exec<{ seq: number; runId: RunId }>(LIST_OPEN).toArray();
  }

  keepNewestOpen(): void {
    this.#sql.exec(KEEP_NEWEST_OPEN);
  }

  forgetStart(seq: number): void {
    this.#sql.exec(FORGET, seq);
  }

  forgetRun(runId: RunId): boolean {
    return this.#sql.exec(FORGET_RUN, runId).rowsWritten > 0;
  }

  clear(): void {
    this.#sql.exec(CLEAR_STARTS);
    this.#sql.exec(CLEAR_WAITING);
  }

  findTrigger(key: string): TriggeredRun | null {
    return this.#sql.exec<{ runId: RunId; at: number }>(FIND_TRIGGER, key).toArray()[0] ?? null;
  }

  addTrigger(key: string, { runId, at }: TriggeredRun, keptSince: number): void {
    this.#sql.exec(FORGET_TRIGGERS, keptSince);
    this.#sql.exec(ADD_TRIGGER, key, runId, at);
  }

  /** The run was not started: asked for again under its key, it is tried again. */
  forgetTrigger(runId: RunId): void {
    this.#sql.exec(FORGET_TRIGGER, runId);
  }
}

export const scopeOf = ({ projectId, region }: ScheduleRow): Scope => ({ projectId, region });

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
    input: JSON.stringify(init.input ?? null),
    cron: init.cron,
    timeZone: init.timeZone,
    catchUp: init.catchUp,
    overlap: init.overlap,
    isPaused: Number(init.isPaused),
    metadata: JSON.stringify(init.metadata),
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

export function summaryOf(row: ScheduleRow, waiting: number): ScheduleSummary {
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
    // Only `newScheduleRow` and updates write it, from metadata that was checked.
    metadata: JSON.parse(row.metadata),
    nextAt: row.isPaused === 1 ? null : row.nextAt,
    lastAt,
    lastRunId,
    skipped: row.skipped,
    waiting,
    lastError,
  };
}
