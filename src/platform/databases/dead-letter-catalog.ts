import {
  columns,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  toJson,
} from "../../columns.ts";
import type { DeadLetterId, ProjectId } from "../../ids.ts";
import type { Lane } from "../../kernel/rules/definition.ts";
import type { FailedAttempt } from "../../kernel/rules/run/run-view.ts";
import type { Region, Scope } from "../../knowledge/scope.ts";
import { cutPage, type Page, planPage } from "../../page.ts";
import {
  type DeadJob,
  type DeadLetter,
  LETTER_KEPT_MS,
  type LetterEntry,
  type LetterKind,
  type LetterStatus,
} from "../../workflow/dead-letters/dead-letter.ts";
import type {
  LetterFilter,
  LetterListQuery,
  RedrivePlan,
  ScheduledLetter,
} from "../../workflow/dead-letters/letter-requests.ts";
import { IN_RANGE } from "./list-page.ts";

/** The columns of the table of dead letters. The objects that own the jobs write its rows. */
export const JOB_LETTER = columns(
  "job_letter",
  {
    id: text<DeadLetterId>(),
    projectId: text<ProjectId>(),
    region: text<Region>(),
    kind: text<LetterKind>(),
    lane: text<Lane>(),
    /** A letter that was discarded keeps its row, so that a late copy does not bring it back. */
    status: text<LetterStatus | "discarded">(),
    job: json<DeadJob>(),
    workflow: text(),
    definitionHash: text(),
    step: text(),
    message: text(),
    attempts: integer(),
    errors: json<readonly FailedAttempt[]>(),
    diedAt: integer(),
    version: integer(),
    redriveAt: nullable(integer()),
    redriveError: nullable(text()),
  },
  ["redrive_rate"],
);
const SHOWN = JOB_LETTER.omit("projectId", "region", "kind", "version");
const ENTRY = JOB_LETTER.omit("redriveAt", "redriveError");
const CHANGING = ENTRY.omit("id", "projectId", "region", "kind");

/** Writes nothing for a project that does not exist any more. */
const WRITE = `INSERT INTO job_letter (${ENTRY.names}) SELECT ${ENTRY.marks}
  WHERE EXISTS (SELECT 1 FROM project WHERE id = ${ENTRY.mark("projectId")})
  ON CONFLICT (id) DO UPDATE SET ${CHANGING.excluded},
    redrive_at = NULL, redrive_rate = NULL, redrive_error = NULL
  WHERE job_letter.version < excluded.version`;
/** The `+` keeps the planner on the index by project: the one by `died_at` leads to the letters of all projects. */
const KEPT = "status <> 'discarded' AND +died_at > ?2";
const FIND = `SELECT ${SHOWN.select()}, version FROM job_letter WHERE id = ?3 AND project_id = ?1 AND ${KEPT}`;
/** The letters that a filter selects. A parameter that is null selects all. */
const FILTERED = `(?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR lane = ?4)
  AND (?5 IS NULL OR instr(lower(message), lower(?5)) > 0)
  AND +died_at >= coalesce(?6, 0) AND +died_at < coalesce(?7, x'')`;
const REDRIVEN = `UPDATE job_letter
  SET status = 'redriven', redrive_at = NULL, redrive_rate = NULL, redrive_error = NULL
  WHERE id = ?1 AND version = ?2 AND status IN ('open', 'scheduled')`;
const REFUSED = `UPDATE job_letter
  SET status = 'open', redrive_at = NULL, redrive_rate = NULL, redrive_error = ?3
  WHERE id = ?1 AND version = ?2 AND status = 'scheduled'`;
const POSTPONE =
  "UPDATE job_letter SET redrive_at = ?3 WHERE id = ?1 AND version = ?2 AND status = 'scheduled'";
const DISCARD = `UPDATE job_letter SET status = 'discarded', redrive_at = NULL, redrive_rate = NULL
  WHERE id = ?3 AND project_id = ?1 AND ${KEPT}`;
/** The turns follow those of an earlier redrive that is not over yet. */
const SCHEDULE = `UPDATE job_letter SET status = 'scheduled', redrive_error = NULL, redrive_rate = ?8,
    redrive_at = max(?9, coalesce((SELECT last.redrive_at + 60000 / ?8 FROM job_letter last
      WHERE last.project_id = ?1 AND last.redrive_at IS NOT NULL
      ORDER BY last.redrive_at DESC LIMIT 1), 0)) + turn.place * 60000 / ?8
  FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM job_letter
    WHERE project_id = ?1 AND ${KEPT} AND status = 'open' AND ${FILTERED} ORDER BY id LIMIT ?10) AS turn
  WHERE job_letter.id = turn.id`;
const TURN = JOB_LETTER.pick("id", "projectId", "region", "job", "version");
/** Of each project at most as many as may begin in a minute, also after a time in which nothing was begun. */
const LIST_SCHEDULED = `SELECT ${TURN.select()} FROM (
    SELECT *, row_number() OVER (PARTITION BY project_id ORDER BY redrive_at, id) AS place
    FROM job_letter WHERE redrive_at IS NOT NULL AND redrive_at <= ?1)
  WHERE place <= redrive_rate ORDER BY redrive_at LIMIT ?2`;
const FORGET_OLD = "DELETE FROM job_letter WHERE died_at <= ?1";

type LetterRow = RowOf<typeof SHOWN>;

/** Writes letters of an object's jobs, each unless a newer one of the same job is stored. */
export async function writeDeadLetters(
  catalog: D1Database,
  entries: readonly LetterEntry[],
): Promise<void> {
  const write = catalog.prepare(WRITE);
  await catalog.batch(
    entries.map(({ id, scope, status, version, death }) => {
      const { job, errors, ...rest } = death;
      const row = { id, ...scope, status, version, ...rest, kind: job.kind };
      return write.bind(...ENTRY.bind({ ...row, job: toJson(job), errors: toJson(errors) }));
    }),
  );
}

/** Reads and changes the dead letters of a project. `now` is in milliseconds since the epoch. */
export class DeadLetterCatalog {
  readonly #db: D1Database;
  readonly #projectId: ProjectId;

  constructor(db: D1Database, projectId: ProjectId) {
    this.#db = db;
    this.#projectId = projectId;
  }

  /** Reads a page of the letters, by id, so by the time of the first end of their jobs. */
  async list(query: LetterListQuery, now: number): Promise<Page<DeadLetter>> {
    const { low, high, direction } = planPage(query);
    const list = `SELECT ${SHOWN.select()} FROM job_letter
      WHERE project_id = ?1 AND ${inRange()} AND ${KEPT} AND ${FILTERED}
        AND (?10 IS NULL OR status = ?10)
      ORDER BY id ${direction} LIMIT ?11`;
    const bindings = [...this.#kept(now), ...bindFilter(query), low, high];
    const found = this.#db.prepare(list).bind(...bindings, query.status ?? null, query.limit + 1);
    return cutPage((await found.all<LetterRow>()).results.map(toLetter), query);
  }

  /** Finds a letter with its version; null if there is none, or it was discarded, or its time is over. */
  async find(
    id: DeadLetterId,
    now: number,
  ): Promise<{ readonly letter: DeadLetter; readonly version: number } | null> {
    const found = this.#db.prepare(FIND).bind(...this.#kept(now), id);
    const row = await found.first<LetterRow & { version: number }>();
    return row && { letter: toLetter(row), version: row.version };
  }

  /** Discards a letter. Returns false if there is none. */
  async discard(id: DeadLetterId, now: number): Promise<boolean> {
    const done = await this.#db
      .prepare(DISCARD)
      .bind(...this.#kept(now), id)
      .run();
    return done.meta.changes > 0;
  }

  /** Gives the open letters that a filter selects their turns, the oldest first. Returns their number. */
  async schedule({ filter, perMinute, limit }: RedrivePlan, now: number): Promise<number> {
    const bindings = [...this.#kept(now), ...bindFilter(filter), perMinute, now, limit];
    const done = await this.#db
      .prepare(SCHEDULE)
      .bind(...bindings)
      .run();
    return done.meta.changes;
  }

  #kept(now: number): [ProjectId, number] {
    return [this.#projectId, now - LETTER_KEPT_MS];
  }
}

/** Records that the job of a letter runs again, unless the letter has changed since it had this version. */
export async function markRedriven(db: D1Database, id: DeadLetterId, version: number) {
  await db.prepare(REDRIVEN).bind(id, version).run();
}

/** The letters of all projects whose turn in a redrive of many has come, and what happened at their turn. */
export class ScheduledLetters {
  readonly #db: D1Database;

  constructor(db: D1Database) {
    this.#db = db;
  }

  /** Lists at most `limit` letters whose turn has come by `now`, of each project as many as its rate allows. */
  async list(now: number, limit: number): Promise<ScheduledLetter[]> {
    type Row = RowOf<typeof TURN>;
    const { results } = await this.#db.prepare(LIST_SCHEDULED).bind(now, limit).all<Row>();
    return results.map(({ id, projectId, region, job, version }) => {
      const scope: Scope = { projectId, region };
      return { id, scope, job: parseJson(job), version };
    });
  }

  /** Opens a letter again whose job refused its redrive, with the reason. */
  async refuse({ id, version }: ScheduledLetter, reason: string): Promise<void> {
    await this.#db.prepare(REFUSED).bind(id, version, reason).run();
  }

  /** Gives a letter another turn, since its job could not be reached. */
  async postpone({ id, version }: ScheduledLetter, until: number): Promise<void> {
    await this.#db.prepare(POSTPONE).bind(id, version, until).run();
  }

  /** Deletes letters whose time is over. */
  async forgetOld(now: number): Promise<void> {
    await this.#db
      .prepare(FORGET_OLD)
      .bind(now - LETTER_KEPT_MS)
      .run();
  }
}

/** The condition on the cursors, whose parameters are ?8 and ?9 here. */
const inRange = () => IN_RANGE.replace("?2", "?8").replace("?3", "?9");

const bindFilter = ({ kind, lane, error, diedAfter, diedBefore }: LetterFilter) => [
  kind ?? null,
  lane ?? null,
  error ?? null,
  diedAfter ?? null,
  diedBefore ?? null,
];

const toLetter = ({ job, errors, status, ...row }: LetterRow): DeadLetter => ({
  ...row,
  // A discarded letter is never read.
  status: status === "discarded" ? "cancelled" : status,
  job: parseJson(job),
  errors: parseJson(errors),
});
