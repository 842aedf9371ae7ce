import type { ProjectId } from "../../ids.ts";
import { cutPage, type PageRequest, planPage } from "../../page.ts";

/** A request for a page of a list that is read from the catalog database. The cursors are ids, which sort by time. */
export type CatalogListQuery = PageRequest<string>;

/**
 * The SQL condition that a row's id is between the cursors ?2 and ?3, of which either may be null. SQLite sorts the
 * blob `x''` after every text, so it stands for the end. `?2 IS NULL OR …` would use no index.
 */
export const IN_RANGE = "id > coalesce(?2, '') AND id < coalesce(?3, x'')";

/**
 * Reads a page of a project's rows from a catalog table, ordered by id, without deleted ones. `columns` is the SQL
 * column list.
 */
export async function listPage<Row>(
  catalog: D1Database,
  projectId: ProjectId,
  { table, columns }: { readonly table: "vector_store" | "schedule"; readonly columns: string },
  query: CatalogListQuery,
): Promise<{ rows: Row[]; hasMore: boolean }> {
  const { low, high, direction } = planPage(query);
  const list = `SELECT ${columns} FROM ${table}
    WHERE project_id = ?1 AND is_deleted = 0 AND ${IN_RANGE}
    ORDER BY id ${direction} LIMIT ?4`;
  const { results } = await catalog
    .prepare(list)
    .bind(projectId, low, high, query.limit + 1)
    .all<Row>();
  return cutPage(results, query);
}
