import { z } from "zod";

import {
  type ProjectSecrets,
  type SecretEntry,
  SECRETS_MAX,
} from "../../knowledge/project-access.ts";
import type { Projects } from "../../knowledge/project.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { readBoundHost } from "../../workflow/steps/http-call/secrets/bound-hosts.ts";
import { SECRET_CHARACTERS_MIN } from "../../workflow/steps/http-call/secrets/encoded-forms.ts";
import { CreatedAt, objectType } from "../fields.ts";
import { deletion, listBody, listOfOne, declareList } from "../list.ts";
import { check } from "../request/request.ts";
import { COMPONENTS } from "../route/components.ts";
import { PROJECT_PARAM, textParam } from "../route/param.ts";
import { routesWith } from "../route/route.ts";

const SecretName = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, "use capital letters, digits and _"),
});
const SECRET_HOSTS_MAX = 20;
const BoundHost = z.string().transform((entry, context) => {
  const host = readBoundHost(entry);
  if (host !== null) return host;
  const message = "write a host as 'api.example.com', 'host:port' or '*.example.com'";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});
const PutSecret = z.strictObject({
  value: z
    .string()
    // Long enough to be found and removed when a server's answer repeats it.
    .min(SECRET_CHARACTERS_MIN)
    .max(4_096)
    .regex(/^[\x20-\x7e]*$/, "use printable ASCII characters, since the value is sent in headers")
    .describe("The secret: 8 to 4,096 printable ASCII characters. No endpoint returns it."),
  hosts: z
    .array(BoundHost)
    .min(1, "list at least one host, or write null for no limit")
    .max(SECRET_HOSTS_MAX)
    .nullish()
    .describe(
      "The hosts that the secret may be sent to, 1 to 20: 'api.example.com', 'api.example.com:8443', or '*.example.com' for all names below example.com. null is no limit; without this member, the hosts stay as they are.",
    ),
});
/** A secret of a project in the API, without its value. */
export const SecretBody = z
  .strictObject({
    object: objectType("organization.project.secret"),
    id: z.string().describe("The name again."),
    name: z.string().describe("Name of the secret, by which steps refer to it."),
    hosts: z
      .array(z.string())
      .nullable()
      .describe("The hosts that the secret may be sent to; null for no limit."),
    created_at: CreatedAt,
    updated_at: z.number().int().describe("Time at which its value was set last, in Unix seconds."),
  })
  .register(COMPONENTS, { id: "ProjectSecret" });

type Deps = { secrets: ProjectSecrets; projects: Projects };

const SECRET = textParam("secret", "Name of the secret.", "CRM_TOKEN");
const EXAMPLE = {
  object: "organization.project.secret",
  id: SECRET.example,
  name: SECRET.example,
  hosts: ["crm.example.com"],
  created_at: 1_795_000_000,
  updated_at: 1_795_000_000,
} satisfies z.input<typeof SecretBody>;

const DELETED = deletion("organization.project.secret.deleted");
const route = routesWith<Deps>();
const OF_ADMIN = {
  access: "admin",
  tag: "Secrets",
  ours: true,
  refusals: ["not_configured"],
} as const;
const params = { project_id: PROJECT_PARAM, name: SECRET };

/**
 * The routes of a project's secrets, an extension by Edgewise: values that `http@1` steps put into request headers. No
 * route returns a value.
 */
export const secretRoutes = [
  route(
    {
      ...OF_ADMIN,
      method: "PUT",
      path: "/v1/organization/projects/{project_id}/secrets/{name}",
      summary: "Set a secret",
      params,
      body: PutSecret,
      response: SecretBody,
      example: {
        body: { value: "a-token-of-the-crm", hosts: ["crm.example.com"] },
        response: EXAMPLE,
      },
    },
    async ({ deps, params: { project_id: projectId, name: text }, body }) => {
      const name = check(SecretName, { name: text });
      if (!name.ok) return name;
      const secrets = await secretsFor(deps, projectId);
      if (!secrets.ok) return secrets;
      const { value, hosts } = body;
      const entry = await secrets.value.put(projectId, {
        name: name.value.name,
        value,
        ...(hosts !== undefined && { hosts: hosts && [...new Set(hosts)] }),
        now: Math.floor(Date.now() / 1000),
      });
      return entry ? ok(secretBody(entry)) : err(TOO_MANY);
    },
  ),
  route(
    {
      ...OF_ADMIN,
      method: "GET",
      path: "/v1/organization/projects/{project_id}/secrets",
      summary: "List the secrets of a project",
      params: { project_id: PROJECT_PARAM },
      response: declareList(SecretBody),
      example: { response: listOfOne(EXAMPLE) },
    },
    async ({ deps, params: { project_id: projectId } }) => {
      const secrets = await secretsFor(deps, projectId);
      if (!secrets.ok) return secrets;
      const entries = await secrets.value.list(projectId);
      return ok(listBody({ rows: entries.map(secretBody), hasMore: false }));
    },
  ),
  route(
    {
      ...OF_ADMIN,
      method: "DELETE",
      path: "/v1/organization/projects/{project_id}/secrets/{name}",
      summary: "Delete a secret",
      params,
      response: DELETED.schema,
      example: { response: DELETED.body(SECRET.example) },
    },
    async ({ deps, params: { project_id: projectId, name } }) => {
      const secrets = await secretsFor(deps, projectId);
      if (!secrets.ok) return secrets;
      const isRemoved = await secrets.value.remove(projectId, name);
      if (!isRemoved) return err(notFound("secret", name));
      return ok(DELETED.body(name));
    },
  ),
];

/** Returns the secrets of an active project. Refuses when the deployment has no key to encrypt them. */
async function secretsFor(
  { secrets, projects }: Deps,
  projectId: string,
): Promise<Result<ProjectSecrets, Refusal>> {
  if (!secrets.isConfigured) return err(NOT_CONFIGURED);
  const project = await projects.get(projectId);
  return project?.status === "active" ? ok(secrets) : err(notFound("active project", projectId));
}

/** Describes a secret of a project in the API. */
export const secretBody = ({
  name,
  hosts,
  createdAt,
  updatedAt,
}: SecretEntry): z.input<typeof SecretBody> => ({
  object: "organization.project.secret",
  id: name,
  name,
  hosts: hosts && [...hosts],
  created_at: createdAt,
  updated_at: updatedAt,
});

const NOT_CONFIGURED: Refusal = {
  code: "not_configured",
  message:
    "Secrets are encrypted with SECRETS_KEY, which this deployment does not have. Set it with 'wrangler secret put SECRETS_KEY', to at least 16 characters.",
};
const TOO_MANY: Refusal = {
  code: "invalid_request",
  message: `A project has at most ${SECRETS_MAX} secrets. Delete one first.`,
  param: "name",
};
