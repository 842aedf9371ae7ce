import createJobs from "../../migrations/lane/0001_jobs.sql";
import {
  columns,
  integer,
  json,
  nullable,
  type RowOf,
  text,
  withBound,
} from "../../src/columns.ts";
import type { ProjectId } from "../../src/ids.ts";
import type { Migration } from "../../src/kernel/rows/migrate.ts";
import type { Lane } from "../../src/kernel/rules/definition.ts";
import type { LaneWork } from "../../src/lanes/lane-client.ts";

/** The SQL migrations of a lane object. */
export const LANE_MIGRATIONS: readonly Migration[] = [{ id: "0001_jobs", sql: createJobs }];

/** Maximum bytes of a message, which holds ids and a lease: a call of a queue takes 256 KB. */
const MESSAGE_BYTES_MAX = 2_048;

/** The columns of the table of jobs. */
export const JOB = columns("job", {
  runId: text(),
  step: text(),
  seq: integer(),
  lane: text<Lane>(),
  projectId: text<ProjectId>(),
  lease: text(),
  tokens: integer(),
  message: withBound(json<object>(), MESSAGE_BYTES_MAX),
  cameAt: integer(),
  sentAt: nullable(integer()),
  sends: integer(),
});
/** A job as the lane object stores it. `sentAt` is null while it waits. Times are milliseconds since the epoch. */
export type StoredJob = RowOf<typeof JOB>;

const SAVE = `INSERT OR REPLACE INTO job (${JOB.names}) VALUES (${JOB.marks})`;
const FIND = `SELECT ${JOB.select()} FROM job WHERE run_id = ? AND step = ?`;
const LIST_OF_RUN = `SELECT ${JOB.select()} FROM job WHERE run_id = ?`;
const LIST = `SELECT ${JOB.select()} FROM job ORDER BY seq`;
const LIST_SENT = `SELECT ${JOB.select()} FROM job WHERE sent_at IS NOT NULL ORDER BY seq`;
const ERASE = "DELETE FROM job WHERE run_id = ? AND step = ?";

/** Reads and writes the table of a lane object. It makes no decisions. */
export class LaneTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Inserts a job, or replaces the job of the same step. */
  save(job: StoredJob): void {
    this.#sql.exec(SAVE, ...JOB.bind(job));
  }

  /** Finds the job of a step; null if there is none. */
  find({ runId, step }: LaneWork): StoredJob | null {
    return this.#sql.exec<StoredJob>(FIND, runId, step).toArray()[0] ?? null;
  }

  /** Lists the jobs of a run, without those of its sub-workflows. */
  ofRun(runId: string): StoredJob[] {
    return this.#sql.exec<StoredJob>(LIST_OF_RUN, runId).toArray();
  }

  /** Yields all jobs in the order in which they came. */
  all(): Iterable<StoredJob> {
    return this.#sql.exec<StoredJob>(LIST);
  }

  /** Lists the jobs that were sent. */
  sent(): StoredJob[] {
    return this.#sql.exec<StoredJob>(LIST_SENT).toArray();
  }

  /** Erases the job of a step. */
  erase({ runId, step }: LaneWork): void {
    this.#sql.exec(ERASE, runId, step);
  }
}
