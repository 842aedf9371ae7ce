import { z } from "zod";

import type { GrantLists, ProjectGrants } from "../../knowledge/project-access.ts";
import type { Projects } from "../../knowledge/project.ts";
import { notFound } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import { readAllowedHost } from "../../workflow/steps/http-call/target.ts";
import { objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { PROJECT_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";

const GRANTS_MAX = 200;

const HttpHost = z.string().transform((entry, context) => {
  const host = readAllowedHost(entry);
  if (host !== null) return host;
  context.addIssue({ code: "custom", message: "write a host as 'api.example.com' or 'host:port'" });
  return z.NEVER;
});
/** A table in a database. Tables of SQLite and D1 themselves cannot be granted. */
const SqlTable = z
  .string()
  .regex(
    /^data\.(?!sqlite_|_cf_|d1_)[a-z_][a-z0-9_$]{0,127}$/i,
    "write a table as 'data.table_name'",
  )
  .transform((table) => table.toLowerCase());
const PutGrants = z.strictObject({
  http_hosts: z
    .array(HttpHost)
    .max(GRANTS_MAX)
    .describe(
      "Non-public hosts that `http@1` may call, up to 200, as `crm.internal` or `crm.internal:8443`.",
    ),
  sql_tables: z
    .array(SqlTable)
    .max(GRANTS_MAX)
    .describe("Tables that `sql@1` may read, up to 200, as `data.orders`."),
});
/** The grants of a project in the API. */
export const GrantsBody = z
  .strictObject({
    object: objectType("organization.project.grants"),
    id: z.string().describe("Id of the project."),
    http_hosts: z.array(z.string()).describe("Non-public hosts that `http@1` may call."),
    sql_tables: z.array(z.string()).describe("Tables that `sql@1` may read."),
  })
  .register(COMPONENTS, { id: "ProjectGrants" });

const EXAMPLE = { http_hosts: ["crm.internal:8443"], sql_tables: ["data.orders"] };
const EXAMPLE_BODY = {
  object: "organization.project.grants",
  id: PROJECT_PARAM.example,
  ...EXAMPLE,
};

const route = routesWith<{ grants: ProjectGrants; projects: Projects }>();
const GRANTS = {
  access: "admin",
  tag: "Grants",
  ours: true,
  path: "/v1/organization/projects/{project_id}/grants",
  params: { project_id: PROJECT_PARAM },
  response: GrantsBody,
} as const;

/**
 * The routes of a project's grants, an extension by Edgewise: the non-public hosts that its workflow steps may call,
 * and the SQL tables that they may read.
 */
export const grantRoutes = [
  route(
    {
      ...GRANTS,
      method: "GET",
      summary: "Get the grants of a project",
      example: { response: EXAMPLE_BODY },
    },
    async ({ deps: { grants, projects }, params: { project_id: id } }) => {
      if (!(await projects.get(id))) return err(notFound("project", id));
      return ok(grantsBody(id, await grants.get(id)));
    },
  ),
  route(
    {
      ...GRANTS,
      method: "PUT",
      summary: "Replace the grants of a project",
      body: PutGrants,
      example: { body: EXAMPLE, response: EXAMPLE_BODY },
    },
    async ({ deps: { grants, projects }, params: { project_id: id }, body }) => {
      const project = await projects.get(id);
      if (project?.status !== "active") return err(notFound("active project", id));
      const { http_hosts: httpHosts, sql_tables: sqlTables } = body;
      await grants.replace(id, { httpHosts, sqlTables });
      return ok(grantsBody(id, await grants.get(id)));
    },
  ),
];

/** Describes the grants of a project in the API. */
export const grantsBody = (
  projectId: string,
  { httpHosts, sqlTables }: GrantLists,
): z.input<typeof GrantsBody> => ({
  object: "organization.project.grants",
  id: projectId,
  http_hosts: [...httpHosts],
  sql_tables: [...sqlTables],
});
