import type { ProjectId } from "../../ids.ts";
import { cutPage, type Page, type PageRequest, type PageRange, planPage } from "../../page.ts";
import type { RowFilter } from "./row-filter.ts";

/**
 * A client's request for a page of a list in the catalog database. The cursors are ids, which sort by creation time.
 */
export type CatalogListQuery = PageRequest<string>;

/** A request for a page of what has a name: with `name`, of what has this text in its name. */
export type NamedListQuery = CatalogListQuery & { readonly name?: string | undefined };

/** A request for a page of what belongs to workflows: with `workflow`, to that one. */
export type WorkflowListQuery = CatalogListQuery & { readonly workflow?: string | undefined };

/**
 * The SQL condition that a row's id is between the cursors ?2 and ?3, of which either may be null. SQLite sorts the
 * blob `x''` after every text, so it serves as the upper end. The condition `?2 IS NULL OR …` would use no index.
 */
export const IN_RANGE = "id > coalesce(?2, '') AND id < coalesce(?3, x'')";

/**
 * Number of rows of a list that are looked at for one page with filters. Filters have no index, which would cost a row
 * with each change of what is listed; so a page of few matches ends here, and says how far it has looked.
 */
export const FILTERED_ROWS_MAX = 2_000;

/**
 * The part of a catalog table that a list shows. `columns` and `where` are SQL; `values` are the parameters of `where`,
 * numbered from ?5. `filters` are the client's, and `ids` bounds the ids that they can match, both ends exclusive.
 */
type CatalogRows = {
  readonly table:
    | "listed_conversation"
    | "project"
    | "run_wait"
    | "schedule"
    | "vector_store"
    | "workflow";
  readonly columns: string;
  readonly where: string;
  readonly values?: readonly (string | number | null)[];
  readonly filters?: readonly RowFilter[];
  readonly ids?: { readonly low: string | null; readonly high: string | null };
};

/** Reads a page of a project's rows from a catalog table, ordered by id; null for rows of all projects. */
export async function listPage<Row>(
  catalog: D1Database,
  projectId: ProjectId | null,
  rows: CatalogRows,
  query: CatalogListQuery,
): Promise<Page<Row>> {
  const range = narrow(planPage(query), rows.ids);
  if (rows.filters && rows.filters.length > 0) {
    return await filterPage(catalog, projectId, rows, { query, range });
  }
  const { low, high, direction } = range;
  const list = `SELECT ${rows.columns} ${fromRows(projectId, rows)} ORDER BY id ${direction} LIMIT ?4`;
  const { results } = await catalog
    .prepare(list)
    .bind(projectId, low, high, query.limit + 1, ...(rows.values ?? []))
    .all<Row>();
  return cutPage(results, query);
}

const fromRows = (projectId: ProjectId | null, { table, where }: CatalogRows) =>
  `FROM ${table} WHERE ${projectId === null ? "?1 IS NULL" : "project_id = ?1"} AND ${IN_RANGE} AND ${where}`;

/** A request for a page, and the range of ids that it reads. */
type PlannedPage = { readonly query: CatalogListQuery; readonly range: PageRange<string> };

/** Reads a page of the rows that match the filters, among the first `FILTERED_ROWS_MAX` of the range. */
async function filterPage<Row>(
  catalog: D1Database,
  projectId: ProjectId | null,
  rows: CatalogRows,
  { query, range: { low, high, direction } }: PlannedPage,
): Promise<Page<Row>> {
  const { columns, values = [], filters = [] } = rows;
  const from = fromRows(projectId, rows);
  const first = 5 + values.length;
  const matches = filters.map(({ sql }, index) => sql(`?${first + index}`)).join(" AND ");
  const edge = `SELECT id ${from} ORDER BY id ${direction} LIMIT 1 OFFSET ?4`;
  const [isBefore, none] = direction === "ASC" ? ["<=", "x''"] : [">=", "''"];
  const list = `SELECT ${columns} ${from} AND ${matches} AND id ${isBefore} coalesce((${edge}), ${none})
    ORDER BY id ${direction} LIMIT ?${first + filters.length}`;
  const bounds = [projectId, low, high, FILTERED_ROWS_MAX - 1, ...values];
  const found = filters.map(({ value }) => value);
  const [listed, edges] = await catalog.batch([
    catalog.prepare(list).bind(...bounds, ...found, query.limit + 1),
    catalog.prepare(edge).bind(...bounds),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- D1 types all results of a batch alike
  const [matching, [last]] = [listed?.results as Row[], edges?.results as { id: string }[]];
  const page = cutPage(matching, query);
  return page.hasMore || !last ? page : { ...page, hasMore: true, lookedTo: last.id };
}

/** Narrows a range of ids to those that filters can match. */
function narrow(range: PageRange<string>, ids: CatalogRows["ids"]): PageRange<string> {
  const { low, high } = range;
  return {
    ...range,
    low: ids?.low && ids.low > (low ?? "") ? ids.low : low,
    high: ids?.high && (high === null || ids.high < high) ? ids.high : high,
  };
}
