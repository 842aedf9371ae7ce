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
import type { StoreListQuery, StoreView } from "../../knowledge/vector-store-types.ts";
import type { Page } from "../../page.ts";
import { listPage } from "./list-page.ts";
import { containsText, hasValue } from "./row-filter.ts";

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
const RENEWED = VECTOR_STORE.pick("version", "body");
const RECORD = VECTOR_STORE.pick("isDeleted", "version", "body");
const FIND_RECORD = `SELECT ${RECORD.select()} FROM vector_store WHERE project_id = ? AND id = ?`;
/** Each half reads its own index, and SQLite merges the two by id. */
const LIST_IDS = `SELECT id FROM vector_store WHERE project_id = ?1 AND is_deleted = 0 AND id > ?2
  UNION ALL SELECT id FROM vector_store WHERE project_id = ?1 AND is_deleted = 1 AND id > ?2
  ORDER BY id LIMIT ?3`;

/** The summary of a store that stays live touches no index, unlike the statement after it. */
const RENEW_SUMMARY = `UPDATE vector_store SET ${RENEWED.assigned}
  WHERE id = ? AND is_deleted = 0 AND version < ?`;
const WRITE_SUMMARY = `INSERT INTO vector_store (${VECTOR_STORE.names}) VALUES (${VECTOR_STORE.marks})
  ON CONFLICT (id) DO UPDATE SET ${VECTOR_STORE.omit("id", "projectId").excluded}
  WHERE vector_store.version < excluded.version`;

/**
 * Prepares the statements that write the summary of a vector store, which lists of vector stores show, unless a newer
 * summary of the store is stored.
 */
export function storeSummary(
  catalog: D1Database,
  { projectId, version, isDeleted, view }: Summary,
): D1PreparedStatement[] {
  const { id } = view;
  const row = { id, projectId, version, body: toJson({ v: 1 as const, ...view }) };
  const write = catalog
    .prepare(WRITE_SUMMARY)
    .bind(...VECTOR_STORE.bind({ ...row, isDeleted: toFlag(isDeleted) }));
  if (isDeleted) return [write];
  return [catalog.prepare(RENEW_SUMMARY).bind(...RENEWED.bind(row), id, version), write];
}

/** Reads a page of a project's vector stores, ordered by id, so by creation time. */
export async function listStores(
  catalog: D1Database,
  projectId: ProjectId,
  query: StoreListQuery,
): Promise<Page<StoreView>> {
  const from = {
    table: "vector_store",
    columns: SUMMARY.select(),
    where: "is_deleted = 0",
    filters: [
      ...containsText("json_extract(body, '$.name')", query.name),
      ...hasValue("json_extract(body, '$.status')", query.status),
    ],
  } as const;
  const page = await listPage<RowOf<typeof SUMMARY>>(catalog, projectId, from, query);
  return { ...page, rows: page.rows.map(({ body }) => parseJson(body)) };
}

/** The catalog's record of a vector store, which may be older or newer than the store's object after a restore. */
export type StoreRecord = {
  readonly version: number;
  readonly isDeleted: boolean;
  readonly view: StoreView;
};

/** Finds the record of a vector store, also of a deleted one; null if the catalog has none. */
export async function findStoreRecord(
  catalog: D1Database,
  projectId: ProjectId,
  id: VectorStoreId,
): Promise<StoreRecord | null> {
  const found = catalog.prepare(FIND_RECORD).bind(projectId, id);
  const row = await found.first<RowOf<typeof RECORD>>();
  if (row === null) return null;
  return { version: row.version, isDeleted: row.isDeleted === 1, view: parseJson(row.body) };
}

/** Lists the ids of at most `limit` vector stores of a project, deleted ones included, those after the id `after`. */
export async function listStoreIds(
  catalog: D1Database,
  projectId: ProjectId,
  after: string,
  limit: number,
): Promise<VectorStoreId[]> {
  const listed = catalog.prepare(LIST_IDS).bind(projectId, after, limit);
  return (await listed.all<{ id: VectorStoreId }>()).results.map(({ id }) => id);
}
