import { columns, integer, json, nullable, text, toJson } from "../../columns.ts";
import type { ProjectId, RunId } from "../../ids.ts";
import type { RunHeader, RunStatus } from "../../kernel/rules/run/run-view.ts";
import type { Region, Scope } from "../../knowledge/scope.ts";
import type { ListedRun, RunListQuery } from "../../workflow/runs/listed-run.ts";
import type { RunFrame } from "../../workflow/runs/show-run.ts";
import { type DueRun, pokeAt } from "../../workflow/runs/sweep-runs.ts";

export const RUN = columns(
  "run",
  {
    id: text<RunFrame["id"]>(),
    projectId: text<ProjectId>(),
    region: text<Region>(),
    workflow: text(),
    workflowVersion: integer(),
    status: text<RunStatus>(),
    errorStep: nullable(text()),
    errorMessage: nullable(text()),
    metadata: json<RunFrame["metadata"]>(),
    createdAt: integer(),
    settledAt: nullable(integer()),
    updatedAt: integer(),
    version: integer(),
    pokeAt: nullable(integer()),
  },
  ["removed_at"],
);
const SUMMARY = RUN.omit("projectId", "region", "version", "pokeAt");

const CHANGING = RUN.pick(
  "status",
  "errorStep",
  "errorMessage",
  "settledAt",
  "updatedAt",
  "version",
  "pokeAt",
);
const WRITE_SUMMARY = `INSERT INTO run (${RUN.names}) VALUES (${RUN.marks})
  ON CONFLICT (id) DO UPDATE SET ${CHANGING.excluded}
  WHERE run.version < excluded.version AND run.removed_at IS NULL`;
const REMOVE = "UPDATE run SET removed_at = coalesce(removed_at, ?2), poke_at = NULL WHERE id = ?1";
const LIST_DUE = `SELECT id, project_id AS projectId, region FROM run
  WHERE poke_at IS NOT NULL AND poke_at <= ?1 ORDER BY poke_at LIMIT ?2`;
const POSTPONE = `UPDATE run SET poke_at = ?2
  WHERE poke_at IS NOT NULL AND id IN (SELECT value FROM json_each(?1))`;
const FORGET_REMOVED = "DELETE FROM run WHERE removed_at IS NOT NULL AND removed_at <= ?1";

/** Writes what lists show of a run, unless a newer summary is there already. */
export async function writeRunSummary(
  catalog: D1Database,
  { projectId, region }: Scope,
  summary: { frame: RunFrame; header: RunHeader; version: number; now: number },
): Promise<void> {
  const { frame, header, version, now } = summary;
  const { status, error, createdAt, settledAt } = header;
  const row = RUN.bind({
    id: frame.id,
    projectId,
    region,
    workflow: frame.workflow.name,
    workflowVersion: frame.workflow.version,
    status,
    errorStep: error?.step ?? null,
    errorMessage: error?.message.slice(0, ERROR_SHOWN_MAX) ?? null,
    metadata: toJson(frame.metadata),
    createdAt,
    settledAt,
    updatedAt: now,
    version,
    pokeAt: settledAt === null ? pokeAt(now, createdAt) : null,
  });
  await catalog
    .prepare(WRITE_SUMMARY)
    .bind(...row)
    .run();
}

/** From here on lists do not show the run, and no summary that was under way brings it back. */
export async function removeRunSummary(catalog: D1Database, id: string, now: number) {
  await catalog.prepare(REMOVE).bind(id, now).run();
}

/** One page of a project's runs, with one more than `limit` where there is one. */
export async function listRuns(
  catalog: D1Database,
  projectId: ProjectId,
  { limit, order, after, before, status, workflow }: RunListQuery,
): Promise<ListedRun[]> {
  const isDescending = (order === "desc") !== (before !== undefined);
  const cursor = before ?? after ?? null;
  const [comparison, direction] = isDescending ? ["<", "DESC"] : [">", "ASC"];
  const list = `SELECT ${SUMMARY.select()}
    FROM run WHERE project_id = ?1 AND removed_at IS NULL
      AND ${status === undefined ? "?4 IS NULL" : "status = ?4"}
      AND ${workflow === undefined ? "?5 IS NULL" : "workflow = ?5"}
      AND ${
        cursor === null
          ? "?2 IS NULL"
          : `(created_at, id) ${comparison} (SELECT created_at, id FROM run WHERE id = ?2 AND project_id = ?1)`
      }
    ORDER BY created_at ${direction}, id ${direction} LIMIT ?3`;
  const rows = await catalog
    .prepare(list)
    .bind(projectId, cursor, limit + 1, status ?? null, workflow ?? null)
    .all<ListedRun>();
  return rows.results;
}

/** Open runs that have not told how they are for long, those waiting longest first. */
export async function dueRuns(catalog: D1Database, now: number, limit: number): Promise<DueRun[]> {
  type Row = { id: RunId; projectId: ProjectId; region: Region };
  const rows = await catalog.prepare(LIST_DUE).bind(now, limit).all<Row>();
  return rows.results.map(({ id, projectId, region }) => ({ id, scope: { projectId, region } }));
}

/** Asks these later, whatever comes of asking them now: one that cannot answer holds up nobody. */
export async function postponeRuns(catalog: D1Database, ids: readonly RunId[], until: number) {
  await catalog.prepare(POSTPONE).bind(JSON.stringify(ids), until).run();
}

export async function forgetRemovedRuns(catalog: D1Database, removedBefore: number) {
  await catalog.prepare(FORGET_REMOVED).bind(removedBefore).run();
}

const ERROR_SHOWN_MAX = 1_000;
