import type { ProjectId } from "../../ids.ts";
import type { ScheduleSummary } from "../../workflow/schedule/schedule-types.ts";

type Summary = {
  readonly projectId: ProjectId;
  readonly version: number;
  readonly isDeleted: boolean;
  readonly summary: ScheduleSummary;
  /** When the schedule was like this, in seconds. */
  readonly asOf: number;
};

export type ScheduleListQuery = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after?: string | undefined;
  readonly before?: string | undefined;
};

export type ListedSchedule = ScheduleSummary & { readonly asOf: number };

const WRITE_SUMMARY = `INSERT INTO schedule (id, project_id, is_deleted, version, as_of, body) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET is_deleted = excluded.is_deleted, version = excluded.version,
    as_of = excluded.as_of, body = excluded.body
  WHERE schedule.version < excluded.version`;

/** Writes what lists show of a schedule, unless a newer summary is there already. */
export async function writeScheduleSummary(
  catalog: D1Database,
  { projectId, version, isDeleted, summary, asOf }: Summary,
): Promise<void> {
  const body = JSON.stringify({ v: 1, ...summary });
  await catalog
    .prepare(WRITE_SUMMARY)
    .bind(summary.id, projectId, Number(isDeleted), version, asOf, body)
    .run();
}

/** One page of a project's schedules, newest or oldest first. Ids sort by the time of their making. */
export async function listSchedules(
  catalog: D1Database,
  projectId: ProjectId,
  { limit, order, after, before }: ScheduleListQuery,
): Promise<{ schedules: ListedSchedule[]; hasMore: boolean }> {
  const cursor = before ?? after ?? null;
  const backwards = before !== undefined;
  const isDescending = (order === "desc") !== backwards;
  const list = `SELECT body, as_of AS asOf FROM schedule
    WHERE project_id = ?1 AND is_deleted = 0 AND (?2 IS NULL OR id ${isDescending ? "<" : ">"} ?2)
    ORDER BY id ${isDescending ? "DESC" : "ASC"} LIMIT ?3`;
  const rows = await catalog
    .prepare(list)
    .bind(projectId, cursor, limit + 1)
    .all<{ body: string; asOf: number }>();
  const schedules = rows.results
    .slice(0, limit)
    .map(({ body, asOf }) => ({ ...summaryOf(body), asOf }));
  const hasMore = rows.results.length > limit;
  return { schedules: backwards ? schedules.toReversed() : schedules, hasMore };
}

/** The one place that reads a summary's JSON, which only `writeScheduleSummary` writes. */
function summaryOf(body: string): ScheduleSummary {
  return JSON.parse(body);
}
