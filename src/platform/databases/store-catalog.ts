import {
  columns,
  flag,
  integer,
  json,
  parseJson,
  type RowOf,
  text,
  toFlag,
  toJson,
} from "../../columns.ts";
import type { ProjectId, VectorStoreId } from "../../ids.ts";
import type { StoreView } from "../../knowledge/vector-store-types.ts";
import { type CatalogListQuery, listPage } from "./list-page.ts";

type Summary = {
  readonly projectId: ProjectId;
  readonly version: number;
  readonly isDeleted: boolean;
  readonly view: StoreView;
};

/**
 * The columns of the table of vector store summaries, from which lists of vector stores are read. The vector stores
 * themselves are stored in their Durable Objects.
 */
export const VECTOR_STORE = columns("vector_store", {
  id: text<VectorStoreId>(),
  projectId: text<ProjectId>(),
  isDeleted: flag(),
  version: integer(),
  body: json<{ readonly v: 1 } & StoreView>(),
});
const SUMMARY = VECTOR_STORE.pick("body");

const WRITE_SUMMARY = `INSERT INTO vector_store (${VECTOR_STORE.names}) VALUES (${VECTOR_STORE.marks})
  ON CONFLICT (id) DO UPDATE SET ${VECTOR_STORE.omit("id", "projectId").excluded}
  WHERE vector_store.version < excluded.version`;

/**
 * Writes the summary of a vector store, which lists of vector stores show, unless a newer summary of the store is
 * stored.
 */
export async function writeStoreSummary(
  catalog: D1Database,
  { projectId, version, isDeleted, view }: Summary,
): Promise<void> {
  const row = VECTOR_STORE.bind({
    id: view.id,
    projectId,
    isDeleted: toFlag(isDeleted),
    version,
    body: toJson({ v: 1, ...view }),
  });
  await catalog
    .prepare(WRITE_SUMMARY)
    .bind(...row)
    .run();
}

/** Reads a page of a project's vector stores, ordered by id, so by creation time. */
export async function listStores(
  catalog: D1Database,
  projectId: ProjectId,
  query: CatalogListQuery,
): Promise<{ stores: StoreView[]; hasMore: boolean }> {
  const from = { table: "vector_store", columns: SUMMARY.select() } as const;
  const { rows, hasMore } = await listPage<RowOf<typeof SUMMARY>>(catalog, projectId, from, query);
  return { stores: rows.map(({ body }) => parseJson(body)), hasMore };
}
