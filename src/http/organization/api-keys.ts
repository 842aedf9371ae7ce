import { Hono } from "hono";
import { z } from "zod";

import { newId } from "../../ids.ts";
import type { ApiKey, ApiKeys, Projects } from "../../knowledge/project.ts";
import { notFound } from "../../refusal.ts";
import type { AppEnv } from "../app-env.ts";
import { sha256Hex } from "../auth.ts";
import { listBody } from "../list.ts";
import { problem } from "../problem.ts";
import type { RequestShapes } from "../request/request-shape.ts";
import { readJson, readQuery } from "../request/request.ts";

const CreateApiKey = z.strictObject({ name: z.string().trim().min(1).max(256).default("API key") });
const ListApiKeys = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().optional(),
  owner_project_access: z.enum(["active", "inactive", "any"]).optional(),
});

export const API_KEY_REQUESTS: RequestShapes = {
  "POST /v1/organization/projects/{project_id}/api_keys": { body: CreateApiKey },
  "GET /v1/organization/projects/{project_id}/api_keys": { query: ListApiKeys },
};

/**
 * OpenAI's admin API for a project's keys, and the way to create one, which OpenAI has only in its
 * console. The key's text is in the answer to its creation and nowhere else.
 */
export const apiKeyRoutes = (depsFor: (env: Env) => { keys: ApiKeys; projects: Projects }) =>
  new Hono<AppEnv>()
    .post("/:projectId/api_keys", async (c) => {
      const { projectId } = c.req.param();
      const body = await readJson(c, CreateApiKey);
      if (!body.ok) return problem(c, body.error);
      const value = newApiKey();
      const key: ApiKey = {
        id: newId("key_"),
        name: body.value.name,
        sha256: await sha256Hex(value),
        redacted: `${value.slice(0, 8)}…${value.slice(-4)}`,
        createdAt: Math.floor(Date.now() / 1000),
      };
      const added = await depsFor(c.env).keys.add(projectId, key);
      if (!added) return problem(c, notFound("active project", projectId));
      return c.json({ ...apiKeyBody(projectId, key), value });
    })
    .get("/:projectId/api_keys", async (c) => {
      const { projectId } = c.req.param();
      const query = readQuery(c, ListApiKeys);
      if (!query.ok) return problem(c, query.error);
      const { keys, projects } = depsFor(c.env);
      if (!(await projects.get(projectId))) return problem(c, notFound("project", projectId));
      const { limit, after } = query.value;
      const page = await keys.list(projectId, { limit: limit + 1, after });
      return c.json(
        listBody(
          page.map((key) => apiKeyBody(projectId, key)),
          limit,
        ),
      );
    })
    .get("/:projectId/api_keys/:keyId", async (c) => {
      const { projectId, keyId } = c.req.param();
      const key = await depsFor(c.env).keys.get(projectId, keyId);
      return key ? c.json(apiKeyBody(projectId, key)) : problem(c, notFound("API key", keyId));
    })
    .delete("/:projectId/api_keys/:keyId", async (c) => {
      const { projectId, keyId } = c.req.param();
      const revoked = await depsFor(c.env).keys.revoke(
        projectId,
        keyId,
        Math.floor(Date.now() / 1000),
      );
      if (!revoked) return problem(c, notFound("API key", keyId));
      return c.json({ object: "organization.project.api_key.deleted", id: keyId, deleted: true });
    });

/** 256 bits of randomness behind the prefix that says whose key it is. */
function newApiKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const text = btoa(String.fromCharCode(...bytes));
  return `sk-ew-${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/** OpenAI's ProjectApiKey object. Keys belong to the project itself, so their owner is a service account. */
function apiKeyBody(projectId: string, key: ApiKey) {
  return {
    object: "organization.project.api_key" as const,
    id: key.id,
    name: key.name,
    redacted_value: key.redacted,
    created_at: key.createdAt,
    last_used_at: null,
    owner_project_access: "active" as const,
    owner: {
      type: "service_account" as const,
      service_account: {
        id: projectId,
        name: key.name,
        created_at: key.createdAt,
        role: "member",
      },
    },
  };
}
