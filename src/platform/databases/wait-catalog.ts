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
import type { ProjectId } from "../../ids.ts";
import type { Page } from "../../page.ts";
import { lastUntil, type OpenWaits } from "../../workflow/runs/open-waits.ts";
import type { WaitBody } from "../../workflow/runs/waits.ts";
import { listPage, type WorkflowListQuery } from "./list-page.ts";

/** The columns of the table of the runs that wait for somebody. */
export const RUN_WAIT = columns("run_wait", {
  projectId: text<ProjectId>(),
  id: text<OpenWaits["id"]>(),
  workflow: text(),
  waits: json<readonly WaitBody[]>(),
  until: nullable(integer()),
  updatedAt: integer(),
});
const SHOWN = RUN_WAIT.omit("projectId");
const CHANGING = RUN_WAIT.omit("projectId", "id");

/** A write that comes late does not bring back the waits of a run that has ended or was removed. */
const PUT = `INSERT INTO run_wait (${RUN_WAIT.names}) SELECT ${RUN_WAIT.marks}
  WHERE EXISTS (SELECT 1 FROM project WHERE id = ${RUN_WAIT.mark("projectId")})
    AND NOT EXISTS (SELECT 1 FROM run WHERE run.id = ${RUN_WAIT.mark("id")}
      AND (settled_at IS NOT NULL OR removed_at IS NOT NULL))
  ON CONFLICT (project_id, id) DO UPDATE SET ${CHANGING.excluded}
  WHERE run_wait.updated_at <= excluded.updated_at`;
const DROP = "DELETE FROM run_wait WHERE project_id = ? AND id = ?";

/**
 * Prepares the statement that stores the waits of a run, or deletes its row if it has none. `now` is in milliseconds
 * since the epoch: waits that were read later win.
 */
export function writeWaits(
  catalog: D1Database,
  projectId: ProjectId,
  run: Pick<OpenWaits, "id" | "workflow" | "waits">,
  now: number,
): D1PreparedStatement {
  if (run.waits.length === 0) return dropWaits(catalog, projectId, run.id);
  const { id, workflow, waits } = run;
  const row = { projectId, id, workflow, waits: toJson(waits), until: lastUntil(waits) };
  return catalog.prepare(PUT).bind(...RUN_WAIT.bind({ ...row, updatedAt: now }));
}

/** Prepares the statement that deletes the row of a run that waits for nobody, or that has ended. */
export const dropWaits = (
  catalog: D1Database,
  projectId: ProjectId,
  id: string,
): D1PreparedStatement => catalog.prepare(DROP).bind(projectId, id);

/**
 * Reads a page of the runs of a project that wait for somebody at `now` (milliseconds since the epoch), ordered by id.
 */
export async function listWaitingRuns(
  catalog: D1Database,
  projectId: ProjectId,
  query: WorkflowListQuery,
  now: number,
): Promise<Page<OpenWaits>> {
  const waiting = {
    table: "run_wait",
    columns: SHOWN.select(),
    where: "(until IS NULL OR until > ?5) AND (?6 IS NULL OR workflow = ?6)",
    values: [now, query.workflow ?? null],
  } as const;
  const { rows, hasMore } = await listPage<RowOf<typeof SHOWN>>(catalog, projectId, waiting, query);
  return { rows: rows.map((row) => ({ ...row, waits: parseJson(row.waits) })), hasMore };
}
