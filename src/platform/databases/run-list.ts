import type { ProjectId } from "../../ids.ts";
import { cutPage, type Page, planPage } from "../../page.ts";
import type { Refusal } from "../../refusal.ts";
import { ok, type Result } from "../../result.ts";
import type { ListedRun, RunListQuery } from "../../workflow/runs/listed-run.ts";
import { LIST_WITH_RUNS, type NumberRow } from "./corpus-room.ts";
import { type CursorPlaces, type ListPlace, readPlaces } from "./find-places.ts";
import { ARCHIVED_RUN, type RunArchive } from "./run-archive.ts";

const SUMMARY = ARCHIVED_RUN.omit("projectId", "version");
const FIND_LISTED = "SELECT id FROM run WHERE id IN (SELECT value FROM json_each(?1))";

/** The catalog, and the archive of the runs that were moved out of it. */
export type RunLists = {
  readonly catalog: D1Database;
  readonly archive: Pick<RunArchive, "open">;
};
type Table = "run" | "archived_run";

/**
 * Reads a page of a project's runs, from the catalog and from the archive if that has any. Refuses a query whose cursor
 * is not the id of a run of the project.
 */
export async function listRuns(
  lists: RunLists,
  projectId: ProjectId,
  query: RunListQuery,
): Promise<Result<Page<ListedRun>, Refusal>> {
  const { catalog } = lists;
  const ids = [query.after, query.before].filter((id) => id !== undefined);
  if (ids.length === 0) {
    const first = prepareList(catalog, "run", { projectId, query, places: NO_PLACES });
    const [rows, archives] = await readWithArchives<ListedRun>(catalog, first);
    return ok(await addArchived(lists, rows, archives, { projectId, query, places: NO_PLACES }));
  }
  const [found, archives] = await readWithArchives<ListPlace>(
    catalog,
    findPlacesIn(catalog, "run", projectId, ids),
  );
  for (const { number } of found.length < ids.length ? archives : []) {
    const database = lists.archive.open(number);
    const more = await findPlacesIn(database, "archived_run", projectId, ids).all<ListPlace>();
    found.push(...more.results);
  }
  const places = readPlaces(found, query, "run");
  if (!places.ok) return places;
  const request = { projectId, query, places: places.value };
  const rows = (await prepareList(catalog, "run", request).all<ListedRun>()).results;
  return ok(await addArchived(lists, rows, archives, request));
}

/** Runs a statement on the catalog, and lists the archives in the same call. */
async function readWithArchives<Row>(
  catalog: D1Database,
  statement: D1PreparedStatement,
): Promise<[rows: Row[], archives: NumberRow[]]> {
  const [rows, archives] = await catalog.batch([statement, catalog.prepare(LIST_WITH_RUNS)]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- D1 types all results of a batch alike
  return [(rows?.results ?? []) as Row[], (archives?.results ?? []) as NumberRow[]];
}

type ListRequest = {
  readonly projectId: ProjectId;
  readonly query: RunListQuery;
  readonly places: CursorPlaces;
};
const NO_PLACES: CursorPlaces = { after: null, before: null };

/** Adds the archived runs of a page to those of the catalog, and cuts the page. */
async function addArchived(
  { catalog, archive }: RunLists,
  listed: readonly ListedRun[],
  archives: readonly NumberRow[],
  request: ListRequest,
): Promise<Page<ListedRun>> {
  const { query, places } = request;
  if (archives.length === 0) return cutPage(listed, query);
  const pages = await Promise.all(
    archives.map(({ number }) =>
      prepareList(archive.open(number), "archived_run", request).all<ListedRun>(),
    ),
  );
  const archived = new Map(
    pages.flatMap(({ results }) => results).map((run) => [run.id, run] as const),
  );
  if (archived.size === 0) return cutPage(listed, query);
  // A move that is under way, or a run that is repeated, is in both for a moment.
  const again = await catalog
    .prepare(FIND_LISTED)
    .bind(JSON.stringify([...archived.keys()]))
    .all<Pick<ListedRun, "id">>();
  for (const { id } of again.results) archived.delete(id);
  const { direction } = planPage({ ...query, ...places });
  const sign = direction === "ASC" ? 1 : -1;
  const merged = [...listed, ...archived.values()].toSorted(
    (one, other) => sign * compareRuns(one, other),
  );
  return cutPage(merged.slice(0, query.limit + 1), query);
}

const compareRuns = (one: ListedRun, other: ListedRun): number =>
  one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1);

function prepareList(
  database: D1Database,
  table: Table,
  { projectId, query, places }: ListRequest,
): D1PreparedStatement {
  const { limit, order, status, workflow } = query;
  const { low, high, direction } = planPage({ limit, order, ...places });
  const list = `SELECT ${SUMMARY.select()}
    FROM ${table} WHERE project_id = ?1 ${table === "run" ? "AND removed_at IS NULL" : ""}
      AND ${status === undefined ? "?3 IS NULL" : "status = ?3"}
      AND ${workflow === undefined ? "?4 IS NULL" : "workflow = ?4"}
      AND ${low === null ? "?5 IS NULL AND ?6 IS NULL" : "(created_at, id) > (?5, ?6)"}
      AND ${high === null ? "?7 IS NULL AND ?8 IS NULL" : "(created_at, id) < (?7, ?8)"}
    ORDER BY created_at ${direction}, id ${direction} LIMIT ?2`;
  const bounds = [low, high].flatMap((run) => [run?.createdAt ?? null, run?.id ?? null]);
  return database
    .prepare(list)
    .bind(projectId, limit + 1, status ?? null, workflow ?? null, ...bounds);
}

/** "+": no index of the project's runs is used, but each id is looked up, whatever the statistics are. */
const findPlacesIn = (
  database: D1Database,
  table: Table,
  projectId: ProjectId,
  ids: readonly string[],
): D1PreparedStatement =>
  database
    .prepare(
      `SELECT r.id, r.created_at AS createdAt FROM json_each(?2) wanted
       CROSS JOIN ${table} r ON r.id = wanted.value WHERE +r.project_id = ?1`,
    )
    .bind(projectId, JSON.stringify(ids));
