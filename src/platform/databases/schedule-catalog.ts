import {
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
} from "../../columns.ts";
import type { ProjectId, ScheduleId } from "../../ids.ts";
import type { ListedSchedule, ScheduleSummary } from "../../workflow/schedule/schedule-types.ts";
import { listPage, type WorkflowListQuery } from "./list-page.ts";

type Summary = {
  readonly projectId: ProjectId;
  readonly version: number;
  readonly isDeleted: boolean;
  readonly summary: ScheduleSummary;
  /** Time of the summary, in Unix seconds. */
  readonly asOf: number;
  /** When the sweep calls the schedule's object, in milliseconds since the epoch; null if nothing is due. */
  readonly pokeAt: number | null;
};

/**
 * The columns of the table of schedule summaries, from which lists of schedules are read. The schedules themselves are
 * stored in their Durable Objects.
 */
export const LISTED_SCHEDULE = columns("schedule", {
  id: text<ScheduleId>(),
  projectId: text<ProjectId>(),
  isDeleted: flag(),
  version: integer(),
  asOf: integer(),
  body: json<{ readonly v: 1 } & ScheduleSummary>(),
  pokeAt: nullable(integer()),
});
const SUMMARY = LISTED_SCHEDULE.pick("body", "asOf");

const WRITE_SUMMARY = `INSERT INTO schedule (${LISTED_SCHEDULE.names}) VALUES (${LISTED_SCHEDULE.marks})
  ON CONFLICT (id) DO UPDATE SET ${LISTED_SCHEDULE.omit("id", "projectId").excluded}
  WHERE schedule.version < excluded.version`;

/**
 * Writes the summary of a schedule, which lists of schedules show, unless a newer summary of the schedule is stored.
 */
export async function writeScheduleSummary(
  catalog: D1Database,
  { projectId, version, isDeleted, summary, asOf, pokeAt }: Summary,
): Promise<void> {
  const row = LISTED_SCHEDULE.bind({
    id: summary.id,
    projectId,
    isDeleted: toFlag(isDeleted),
    version,
    asOf,
    body: toJson({ v: 1, ...summary }),
    pokeAt,
  });
  await catalog
    .prepare(WRITE_SUMMARY)
    .bind(...row)
    .run();
}

/** A schedule may name a version: `refund@2` is of the workflow `refund`. */
const IS_OF_WORKFLOW = "instr(json_extract(body, '$.workflow') || '@', ?5 || '@') = 1";

/** Reads a page of a project's schedules, ordered by id, so by creation time. */
export async function listSchedules(
  catalog: D1Database,
  projectId: ProjectId,
  query: WorkflowListQuery,
): Promise<{ schedules: ListedSchedule[]; hasMore: boolean }> {
  const from = {
    table: "schedule",
    columns: SUMMARY.select(),
    where: `is_deleted = 0 AND (?5 IS NULL OR ${IS_OF_WORKFLOW})`,
    values: [query.workflow ?? null],
  } as const;
  const { rows, hasMore } = await listPage<RowOf<typeof SUMMARY>>(catalog, projectId, from, query);
  return { schedules: rows.map(({ body, asOf }) => ({ ...parseJson(body), asOf })), hasMore };
}

const FORGET_POKE = "UPDATE schedule SET poke_at = NULL WHERE id = ?";

/** Makes the sweep skip a schedule until its object writes its next summary. */
export async function forgetSchedulePoke(catalog: D1Database, id: ScheduleId): Promise<void> {
  await catalog.prepare(FORGET_POKE).bind(id).run();
}
