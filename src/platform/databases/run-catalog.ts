import {
  withBound,
  LONG_TEXT_BYTES_MAX,
  columns,
  integer,
  json,
  nullable,
  text,
  toJson,
} from "../../columns.ts";
import type { ProjectId } from "../../ids.ts";
import type { RunHeader, RunStatus } from "../../kernel/rules/run/run-view.ts";
import type { Region, Scope } from "../../knowledge/scope.ts";
import { cutPage, type Page, planPage } from "../../page.ts";
import type { Refusal } from "../../refusal.ts";
import { ok, type Result } from "../../result.ts";
import { pokeAt } from "../../workflow/open-work/open-work.ts";
import type { ListedRun, RunListQuery } from "../../workflow/runs/listed-run.ts";
import type { RunFrame } from "../../workflow/runs/show-run.ts";
import type { WaitBody } from "../../workflow/runs/waits.ts";
import { findPlaces } from "./find-places.ts";
import { dropWaits, writeWaits } from "./wait-catalog.ts";

/**
 * The columns of the table of run summaries. Lists of runs are read from it, and a sweep by the minute finds in it the
 * unfinished runs whose summary is old. The runs themselves are stored in their Durable Objects.
 */
export const LISTED_RUN = columns(
  "run",
  {
    id: text<RunFrame["id"]>(),
    projectId: text<ProjectId>(),
    region: text<Region>(),
    workflow: text(),
    workflowVersion: integer(),
    status: text<RunStatus>(),
    errorStep: nullable(text()),
    errorMessage: nullable(withBound(text(), LONG_TEXT_BYTES_MAX)),
    metadata: json<RunFrame["metadata"]>(),
    createdAt: integer(),
    settledAt: nullable(integer()),
    updatedAt: integer(),
    version: integer(),
    pokeAt: nullable(integer()),
  },
  ["removed_at"],
);
const SUMMARY = LISTED_RUN.omit("projectId", "region", "version", "pokeAt");

const CHANGING = LISTED_RUN.pick(
  "status",
  "errorStep",
  "errorMessage",
  "settledAt",
  "updatedAt",
  "version",
  "pokeAt",
);
const WRITE_SUMMARY = `INSERT INTO run (${LISTED_RUN.names}) VALUES (${LISTED_RUN.marks})
  ON CONFLICT (id) DO UPDATE SET ${CHANGING.excluded}
  WHERE run.version < excluded.version AND run.removed_at IS NULL`;
const REMOVE = "UPDATE run SET removed_at = coalesce(removed_at, ?2), poke_at = NULL WHERE id = ?1";
const FORGET_REMOVED = "DELETE FROM run WHERE removed_at IS NOT NULL AND removed_at <= ?1";

/**
 * Writes the summary of a run, which lists of runs show, and its waits, unless newer ones of the run are stored. `version` orders
 * the summaries of one run; `now`, and the time `nextDue` of the run's next event, are in milliseconds since the epoch.
 */
export async function writeRunSummary(
  catalog: D1Database,
  { projectId, region }: Scope,
  summary: {
    frame: RunFrame;
    header: RunHeader;
    version: number;
    now: number;
    nextDue: number | null;
    /** The waits of the run that somebody can end. */
    waits: readonly WaitBody[];
  },
): Promise<void> {
  const { frame, header, version, now, nextDue, waits } = summary;
  const { status, error, createdAt, settledAt } = header;
  const row = {
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
    pokeAt: settledAt === null ? pokeAt(now, nextDue) : null,
  };
  const { workflow } = row;
  await catalog.batch([
    catalog.prepare(WRITE_SUMMARY).bind(...LISTED_RUN.bind(row)),
    writeWaits(catalog, projectId, { id: frame.id, workflow, waits }, now),
  ]);
}

/**
 * Removes a run from lists of runs. Its row remains, marked as removed at `now` (milliseconds since the epoch), so that
 * a delayed write of the summary does not bring the run back.
 */
export async function removeRunSummary(
  catalog: D1Database,
  projectId: ProjectId,
  id: string,
  now: number,
) {
  await catalog.batch([catalog.prepare(REMOVE).bind(id, now), dropWaits(catalog, projectId, id)]);
}

/** Reads a page of a project's runs. Refuses a query whose cursor is not the id of a run of the project. */
export async function listRuns(
  catalog: D1Database,
  projectId: ProjectId,
  query: RunListQuery,
): Promise<Result<Page<ListedRun>, Refusal>> {
  const cursors = await findPlaces(catalog, projectId, { table: "run", kind: "run" }, query);
  if (!cursors.ok) return cursors;
  const { limit, order, status, workflow } = query;
  const { low, high, direction } = planPage({ limit, order, ...cursors.value });
  const list = `SELECT ${SUMMARY.select()}
    FROM run WHERE project_id = ?1 AND removed_at IS NULL
      AND ${status === undefined ? "?3 IS NULL" : "status = ?3"}
      AND ${workflow === undefined ? "?4 IS NULL" : "workflow = ?4"}
      AND ${low === null ? "?5 IS NULL AND ?6 IS NULL" : "(created_at, id) > (?5, ?6)"}
      AND ${high === null ? "?7 IS NULL AND ?8 IS NULL" : "(created_at, id) < (?7, ?8)"}
    ORDER BY created_at ${direction}, id ${direction} LIMIT ?2`;
  const bounds = [low, high].flatMap((run) => [run?.createdAt ?? null, run?.id ?? null]);
  const rows = await catalog
    .prepare(list)
    .bind(projectId, limit + 1, status ?? null, workflow ?? null, ...bounds)
    .all<ListedRun>();
  return ok(cutPage(rows.results, query));
}

/** Deletes the rows of runs that were removed from lists before `removedBefore` (milliseconds since the epoch). */
export async function forgetRemovedRuns(catalog: D1Database, removedBefore: number) {
  await catalog.prepare(FORGET_REMOVED).bind(removedBefore).run();
}

const ERROR_SHOWN_MAX = 1_000;
