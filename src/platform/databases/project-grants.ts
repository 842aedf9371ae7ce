import type { GrantLists, ProjectGrants } from "../../knowledge/project-access.ts";
import { grantCache } from "./access-cache.ts";

const LIST_GRANTS = "SELECT kind, value FROM project_grant WHERE project_id = ? ORDER BY value";
const CLEAR_GRANTS = "DELETE FROM project_grant WHERE project_id = ?";
const ADD_GRANTS = `INSERT INTO project_grant (project_id, kind, value)
                    SELECT ?1, ?2, value FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING`;

type Row = { kind: "http_host" | "sql_table"; value: string };

/** Makes the access to the table of projects' grants in the catalog database. */
export const grantCatalog = (db: D1Database): ProjectGrants => ({
  get: (projectId) => findGrants(db, projectId),
  async replace(projectId, { httpHosts, sqlTables }) {
    const add = (kind: Row["kind"], values: readonly string[]) =>
      db.prepare(ADD_GRANTS).bind(projectId, kind, JSON.stringify(values));
    await db.batch([
      db.prepare(CLEAR_GRANTS).bind(projectId),
      add("http_host", httpHosts),
      add("sql_table", sqlTables),
    ]);
    grantCache.forget(projectId);
  },
});

/** Reads the grants of a project: the private hosts and SQL tables that its workflow steps may use. */
export async function findGrants(db: D1Database, projectId: string): Promise<GrantLists> {
  const { results } = await db.prepare(LIST_GRANTS).bind(projectId).all<Row>();
  const selectKind = (kind: Row["kind"]) =>
    results.filter((row) => row.kind === kind).map(({ value }) => value);
  return { httpHosts: selectKind("http_host"), sqlTables: selectKind("sql_table") };
}
