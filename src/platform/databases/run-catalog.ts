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
import { pokeAt } from "../../workflow/open-work/open-work.ts";
import type { RunFrame } from "../../workflow/runs/show-run.ts";
import type { WaitBody } from "../../workflow/runs/waits.ts";
import { ARCHIVED_RUN, type ArchivedRun } from "./run-archive.ts";
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
const READ_SIZE = "SELECT 1";
/** Rows are in the order of their insert, so the runs that ended first come soon. */
const LIST_ENDED = `SELECT ${ARCHIVED_RUN.select()} FROM run
  WHERE settled_at <= ?1 AND removed_at IS NULL ORDER BY rowid LIMIT ?2`;
const DROP = `DELETE FROM run WHERE (id, version) IN
  (SELECT value ->> 'id', value ->> 'version' FROM json_each(?1))`;
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

/** Reads the size of the catalog in bytes. */
export async function readCatalogSize(catalog: D1Database): Promise<number> {
  return (await catalog.prepare(READ_SIZE).run()).meta.size_after;
}

/** Lists at most `limit` runs that ended before `endedBefore` (milliseconds since the epoch), to be archived. */
export async function listEndedRuns(
  catalog: D1Database,
  endedBefore: number,
  limit: number,
): Promise<ArchivedRun[]> {
  return (await catalog.prepare(LIST_ENDED).bind(endedBefore, limit).all<ArchivedRun>()).results;
}

/** Removes runs that are archived from the list, except those that have changed since they were listed. */
export async function dropRuns(catalog: D1Database, runs: readonly ArchivedRun[]): Promise<void> {
  const versions = JSON.stringify(runs.map(({ id, version }) => ({ id, version })));
  await catalog.prepare(DROP).bind(versions).run();
}

/** Deletes the rows of runs that were removed from lists before `removedBefore` (milliseconds since the epoch). */
export async function forgetRemovedRuns(catalog: D1Database, removedBefore: number) {
  await catalog.prepare(FORGET_REMOVED).bind(removedBefore).run();
}

const ERROR_SHOWN_MAX = 1_000;
