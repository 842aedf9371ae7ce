import { columns, integer, text } from "../../columns.ts";
import type { ProjectId } from "../../ids.ts";
import type { Region } from "../../knowledge/scope.ts";
import { type OpenWork, pokeAt } from "../../workflow/open-work/open-work.ts";

/**
 * Open work that has a row of its own in the index. Runs and schedules have none: the rows of their lists say when the
 * sweep calls them.
 */
export type IndexedWork = Exclude<OpenWork, { kind: "run" | "schedule" }>;

/** The columns of the index of open work. */
export const OPEN_WORK = columns("open_work", {
  id: text<IndexedWork["id"]>(),
  kind: text<IndexedWork["kind"]>(),
  projectId: text<ProjectId>(),
  region: text<Region>(),
  seenAt: integer(),
  pokeAt: integer(),
});

/** Time by which a row may be too early, so that work with many changes writes it only once in that time. */
const SPARED_MS = 60_000;
const ENTER = `INSERT INTO open_work (${OPEN_WORK.names}) SELECT ${OPEN_WORK.marks}
  WHERE EXISTS (SELECT 1 FROM project WHERE id = ${OPEN_WORK.mark("projectId")})
  ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, poke_at = excluded.poke_at
  WHERE excluded.poke_at NOT BETWEEN open_work.poke_at AND open_work.poke_at + ${SPARED_MS}`;
const LEAVE = "DELETE FROM open_work WHERE id = ?";
const LIST_DUE = `SELECT 'run' AS kind, id, project_id AS projectId, region, poke_at AS pokeAt FROM run
    WHERE poke_at IS NOT NULL AND poke_at <= ?1
  UNION ALL SELECT kind, id, project_id, region, poke_at FROM open_work WHERE poke_at <= ?1
  UNION ALL SELECT 'schedule', s.id, s.project_id, p.region, s.poke_at
    FROM schedule s JOIN project p ON p.id = s.project_id
    WHERE s.poke_at IS NOT NULL AND s.poke_at <= ?1
  ORDER BY pokeAt LIMIT ?2`;
const POSTPONE = [
  `UPDATE run SET poke_at = ?2
    WHERE poke_at IS NOT NULL AND id IN (SELECT value FROM json_each(?1))`,
  "UPDATE open_work SET poke_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))",
  `UPDATE schedule SET poke_at = ?2
    WHERE poke_at IS NOT NULL AND id IN (SELECT value FROM json_each(?1))`,
];

/**
 * Prepares the statement that enters work in the index, or moves its turn. It writes nothing if the row is about right.
 * `nextDue` is the time of the work's next event; it and `now` are in milliseconds since the epoch.
 */
export function enterOpenWork(
  catalog: D1Database,
  { id, kind, scope }: IndexedWork,
  now: number,
  nextDue: number | null,
): D1PreparedStatement {
  const row = { id, kind, ...scope, seenAt: now, pokeAt: pokeAt(now, nextDue) };
  return catalog.prepare(ENTER).bind(...OPEN_WORK.bind(row));
}

/** Prepares the statement that removes work from the index. */
export const leaveOpenWork = (catalog: D1Database, id: IndexedWork["id"]): D1PreparedStatement =>
  catalog.prepare(LEAVE).bind(id);

/** Lists at most `limit` owners of open work whose turn has come by `now`, the longest overdue first. */
export async function dueWork(
  catalog: D1Database,
  now: number,
  limit: number,
): Promise<OpenWork[]> {
  type Row = Omit<OpenWork, "scope"> & { projectId: ProjectId; region: Region };
  const { results } = await catalog.prepare(LIST_DUE).bind(now, limit).all<Row>();
  return results.map(({ projectId, region, id, kind }) => {
    const work = { id, kind, scope: { projectId, region } };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kind of a row fits its id
    return work as OpenWork;
  });
}

/**
 * Makes the sweep skip work until the time `until` (milliseconds since the epoch). The sweep calls this before it calls
 * the owners, so that one that does not answer does not delay the others.
 */
export async function postponeWork(
  catalog: D1Database,
  work: readonly OpenWork[],
  until: number,
): Promise<void> {
  const ids = JSON.stringify(work.map(({ id }) => id));
  await catalog.batch(POSTPONE.map((sql) => catalog.prepare(sql).bind(ids, until)));
}
