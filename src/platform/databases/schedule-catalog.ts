import type { ProjectId } from "../../ids.ts";
import type { ListedSchedule, ScheduleSummary } from "../../workflow/schedule/schedule-types.ts";
import { type ListQuery, listPage } from "./list-page.ts";

type Summary = {
  readonly projectId: ProjectId;
  readonly version: number;
  readonly isDeleted: boolean;
  readonly summary: ScheduleSummary;
  /** When the schedule was like this, in seconds. */
  readonly asOf: number;
};

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
  query: ListQuery,
): Promise<{ schedules: ListedSchedule[]; hasMore: boolean }> {
  type Row = { body: string; asOf: number };
  const from = { table: "schedule", columns: "body, as_of AS asOf" } as const;
  const { rows, hasMore } = await listPage<Row>(catalog, projectId, from, query);
  return { schedules: rows.map(({ body, asOf }) => ({ ...summaryOf(body), asOf })), hasMore };
}

/** The one place that reads a summary's JSON, which only `writeScheduleSummary` writes. */
function summaryOf(body: string): ScheduleSummary {
  return JSON.parse(body);
}
