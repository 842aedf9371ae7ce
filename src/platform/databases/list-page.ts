import type { ProjectId } from "../../ids.ts";

export type ListQuery = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after?: string | undefined;
  readonly before?: string | undefined;
};

/** Without a cursor, from an end: SQLite orders a blob after every text. As `?2 IS NULL OR …` it would bound no index. */
const BEFORE = "id < coalesce(?2, x'')";
const AFTER = "id > coalesce(?2, '')";

/** Columns of the rows that a project has in a table and has not deleted, a page of them by id. */
export async function listPage<Row>(
  catalog: D1Database,
  projectId: ProjectId,
  { table, columns }: { readonly table: "vector_store" | "schedule"; readonly columns: string },
  { limit, order, after, before }: ListQuery,
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
