import type { ProjectId } from "../../ids.ts";
import type { StoreView } from "../../knowledge/vector-store-types.ts";

type Summary = {
  readonly projectId: ProjectId;
  readonly version: number;
  readonly isDeleted: boolean;
  readonly view: StoreView;
};

export type StoreListQuery = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after?: string | undefined;
  readonly before?: string | undefined;
};

const WRITE_SUMMARY = `INSERT INTO vector_store (id, project_id, is_deleted, version, body) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET is_deleted = excluded.is_deleted, version = excluded.version, body = excluded.body
  WHERE vector_store.version < excluded.version`;

/** Writes what lists show of a store, unless a newer summary is there already. */
export async function writeStoreSummary(
  catalog: D1Database,
  { projectId, version, isDeleted, view }: Summary,
): Promise<void> {
  const body = JSON.stringify({ v: 1, ...view });
  await catalog
    .prepare(WRITE_SUMMARY)
    .bind(view.id, projectId, Number(isDeleted), version, body)
    .run();
}

/** One page of a project's stores, newest or oldest first. Ids sort by the time of their making. */
export async function listStores(
  catalog: D1Database,
  projectId: ProjectId,
  { limit, order, after, before }: StoreListQuery,
): Promise<{ stores: StoreView[]; hasMore: boolean }> {
  const cursor = before ?? after ?? null;
  const backwards = before !== undefined;
  const isDescending = (order === "desc") !== backwards;
  const list = `SELECT body FROM vector_store
    WHERE project_id = ?1 AND is_deleted = 0 AND (?2 IS NULL OR id ${isDescending ? "<" : ">"} ?2)
    ORDER BY id ${isDescending ? "DESC" : "ASC"} LIMIT ?3`;
  const rows = await catalog
    .prepare(list)
    .bind(projectId, cursor, limit + 1)
    .all<{ body: string }>();
  const stores = rows.results.slice(0, limit).map(({ body }) => viewOf(body));
  const hasMore = rows.results.length > limit;
  return { stores: backwards ? stores.toReversed() : stores, hasMore };
}

/** The one place that reads a summary's JSON, which only `writeStoreSummary` writes. */
function viewOf(body: string): StoreView {
  return JSON.parse(body);
}
