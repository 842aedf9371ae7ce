import type { ProjectId } from "../../ids.ts";
import { cutPage, type Page, type PageRequest, planPage } from "../../page.ts";

/**
 * A client's request for a page of a list in the catalog database. The cursors are ids, which sort by creation time.
 */
export type CatalogListQuery = PageRequest<string>;

/** A request for a page of what belongs to workflows: with `workflow`, to that one. */
export type WorkflowListQuery = CatalogListQuery & { readonly workflow?: string | undefined };

/**
 * The SQL condition that a row's id is between the cursors ?2 and ?3, of which either may be null. SQLite sorts the
 * blob `x''` after every text, so it serves as the upper end. The condition `?2 IS NULL OR …` would use no index.
 */
export const IN_RANGE = "id > coalesce(?2, '') AND id < coalesce(?3, x'')";

/**
 * The part of a catalog table that a list shows. `columns` and `where` are SQL; `values` are the parameters of `where`,
 * numbered from ?5.
 */
type CatalogRows = {
  readonly table: "listed_conversation" | "run_wait" | "schedule" | "vector_store" | "workflow";
  readonly columns: string;
  readonly where: string;
  readonly values?: readonly (string | number | null)[];
};

/** Reads a page of a project's rows from a catalog table, ordered by id. */
export async function listPage<Row>(
  catalog: D1Database,
  projectId: ProjectId,
  { table, columns, where, values = [] }: CatalogRows,
  query: CatalogListQuery,
): Promise<Page<Row>> {
  const { low, high, direction } = planPage(query);
  const list = `SELECT ${columns} FROM ${table}
    WHERE project_id = ?1 AND ${IN_RANGE} AND ${where}
    ORDER BY id ${direction} LIMIT ?4`;
  const { results } = await catalog
    .prepare(list)
    .bind(projectId, low, high, query.limit + 1, ...values)
    .all<Row>();
  return cutPage(results, query);
}
