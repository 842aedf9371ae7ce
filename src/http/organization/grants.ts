import { Hono } from "hono";
import { z } from "zod";

import type { GrantLists, ProjectGrants } from "../../knowledge/project-access.ts";
import type { Projects } from "../../knowledge/project.ts";
import { notFound } from "../../refusal.ts";
import { readAllowedHost } from "../../workflow/steps/http-call/target.ts";
import type { AppEnv } from "../app-env.ts";
import { problem } from "../problem.ts";
import { readJson } from "../request/request.ts";

const GRANTS_MAX = 200;

const HttpHost = z.string().transform((entry, context) => {
  const host = readAllowedHost(entry);
  if (host !== null) return host;
  context.addIssue({ code: "custom", message: "give a host as 'api.example.com' or 'host:port'" });
  return z.NEVER;
});
/** SQLite's and D1's own tables cannot be granted. */
const SqlTable = z
  .string()
  .regex(
    /^data\.(?!sqlite_|_cf_|d1_)[a-z_][a-z0-9_$]{0,127}$/i,
    "give a table as 'data.table_name'",
  )
  .transform((table) => table.toLowerCase());
const PutGrants = z.strictObject({
  http_hosts: z.array(HttpHost).max(GRANTS_MAX),
  sql_tables: z.array(SqlTable).max(GRANTS_MAX),
});

/** Ours: which hosts a project's steps may call although they are not public, and which tables they may read. */
export const grantRoutes = (depsFor: (env: Env) => { grants: ProjectGrants; projects: Projects }) =>
  new Hono<AppEnv>()
    .get("/:projectId/grants", async (c) => {
      const { projectId } = c.req.param();
      const { grants, projects } = depsFor(c.env);
      if (!(await projects.get(projectId))) return problem(c, notFound("project", projectId));
      return c.json(grantsBody(projectId, await grants.get(projectId)));
    })
    .put("/:projectId/grants", async (c) => {
      const { projectId } = c.req.param();
      const body = await readJson(c, PutGrants);
      if (!body.ok) return problem(c, body.error);
      const { grants, projects } = depsFor(c.env);
      const project = await projects.get(projectId);
      if (project?.status !== "active") return problem(c, notFound("active project", projectId));
      const { http_hosts: httpHosts, sql_tables: sqlTables } = body.value;
      await grants.replace(projectId, { httpHosts, sqlTables });
      return c.json(grantsBody(projectId, await grants.get(projectId)));
    });

function grantsBody(projectId: string, { httpHosts, sqlTables }: GrantLists) {
  return {
    object: "organization.project.grants" as const,
    id: projectId,
    http_hosts: httpHosts,
    sql_tables: sqlTables,
  };
}
