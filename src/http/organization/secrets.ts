import { Hono } from "hono";
import { z } from "zod";

import {
  type ProjectSecrets,
  type SecretEntry,
  SECRETS_MAX,
} from "../../knowledge/project-access.ts";
import type { Projects } from "../../knowledge/project.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AppEnv } from "../app-env.ts";
import { listBody } from "../list.ts";
import { problem } from "../problem.ts";
import { check, readJson } from "../request/request.ts";

const SecretName = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, "use capital letters, digits and _"),
});
const PutSecret = z.strictObject({
  /** Long enough to be found again in what servers answer, where it is taken out. */
  value: z
    .string()
    .min(8)
    .max(4_096)
    .regex(/^[\x20-\x7e]*$/, "use printable ASCII: it is for headers"),
});

type Deps = { secrets: ProjectSecrets; projects: Projects };

/** Ours: the secrets of a project, for the headers of `http@1`. A value goes in and never comes out. */
export const secretRoutes = (depsFor: (env: Env) => Deps) =>
  new Hono<AppEnv>()
    .put("/:projectId/secrets/:name", async (c) => {
      const { projectId } = c.req.param();
      const name = check(SecretName, { name: c.req.param("name") });
      if (!name.ok) return problem(c, name.error);
      const body = await readJson(c, PutSecret);
      if (!body.ok) return problem(c, body.error);
      const deps = await open(depsFor(c.env), projectId);
      if (!deps.ok) return problem(c, deps.error);
      const now = Math.floor(Date.now() / 1000);
      const { secrets } = deps.value;
      const entry = await secrets.put(projectId, name.value.name, body.value.value, now);
      return entry ? c.json(secretBody(entry)) : problem(c, TOO_MANY);
    })
    .get("/:projectId/secrets", async (c) => {
      const { projectId } = c.req.param();
      const deps = await open(depsFor(c.env), projectId);
      if (!deps.ok) return problem(c, deps.error);
      const entries = await deps.value.secrets.list(projectId);
      return c.json(listBody(entries.map(secretBody), SECRETS_MAX));
    })
    .delete("/:projectId/secrets/:name", async (c) => {
      const { projectId, name } = c.req.param();
      const deps = await open(depsFor(c.env), projectId);
      if (!deps.ok) return problem(c, deps.error);
      const removed = await deps.value.secrets.remove(projectId, name);
      if (!removed) return problem(c, notFound("secret", name));
      return c.json({ object: "organization.project.secret.deleted", id: name, deleted: true });
    });

/** What is needed before any secret is spoken of: a key to encrypt under, and the project. */
async function open(deps: Deps, projectId: string): Promise<Result<Deps, Refusal>> {
  if (!deps.secrets.isConfigured) return err(NOT_CONFIGURED);
  const project = await deps.projects.get(projectId);
  return project?.status === "active" ? ok(deps) : err(notFound("active project", projectId));
}

function secretBody({ name, createdAt, updatedAt }: SecretEntry) {
  return {
    object: "organization.project.secret" as const,
    id: name,
    name,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

const NOT_CONFIGURED: Refusal = {
  code: "not_configured",
  message:
    "Secrets are encrypted under SECRETS_KEY, which this deployment does not have. Set it with 'wrangler secret put SECRETS_KEY', to at least 16 characters.",
};
const TOO_MANY: Refusal = {
  code: "invalid_request",
  message: `A project has at most ${SECRETS_MAX} secrets; delete one first.`,
  param: "name",
};
