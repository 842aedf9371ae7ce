import type { ProjectId } from "../../ids.ts";
import type { StoreView } from "../../knowledge/vector-store-types.ts";
import { type ListQuery, listPage } from "./list-page.ts";

type Summary = {
  readonly projectId: ProjectId;
  readonly version: number;
  readonly isDeleted: boolean;
  readonly view: StoreView;
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
  query: ListQuery,
): Promise<{ stores: StoreView[]; hasMore: boolean }> {
  const from = { table: "vector_store", columns: "body" } as const;
  const { rows, hasMore } = await listPage<{ body: string }>(catalog, projectId, from, query);
  return { stores: rows.map(({ body }) => viewOf(body)), hasMore };
}

/** The one place that reads a summary's JSON, which only `writeStoreSummary` writes. */
function viewOf(body: string): StoreView {
  return JSON.parse(body);
}
