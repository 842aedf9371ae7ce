import type { ProjectId } from "../../ids.ts";

/** A page of a list. The cursors are ids. */
export type CatalogListQuery = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after?: string | undefined;
  readonly before?: string | undefined;
};

/** Without a cursor a page begins at an end: SQLite orders a blob after every text. `?2 IS NULL OR …` would use no index. */
const BEFORE = "id < coalesce(?2, x'')";
const AFTER = "id > coalesce(?2, '')";

/** Reads a page of a project's rows that are not deleted, ordered by id. */
export async function listPage<Row>(
  catalog: D1Database,
  projectId: ProjectId,
  { table, columns }: { readonly table: "vector_store" | "schedule"; readonly columns: string },
  { limit, order, after, before }: CatalogListQuery,
): Promise<{ rows: Row[]; hasMore: boolean }> {
  const backwards = before !== undefined;
  const isDescending = (order === "desc") !== backwards;
  const list = `SELECT ${columns} FROM ${table}
    WHERE project_id = ?1 AND is_deleted = 0 AND ${isDescending ? BEFORE : AFTER}
    ORDER BY id ${isDescending ? "DESC" : "ASC"} LIMIT ?3`;
  const { results } = await catalog
    .prepare(list)
    .bind(projectId, before ?? after ?? null, limit + 1)
    .all<Row>();
  const rows = results.slice(0, limit);
  return { rows: backwards ? rows.toReversed() : rows, hasMore: results.length > limit };
}
