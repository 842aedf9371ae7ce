import { z } from "zod";

import { isApiKeyId, newId } from "../../ids.ts";
import type { ApiKey, ApiKeys, Projects } from "../../knowledge/project.ts";
import { cutPage } from "../../page.ts";
import { notFound } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import { sha256Hex } from "../../sha256.ts";
import { CreatedAt, objectType } from "../fields.ts";
import { cursorOf, deletion, listBody, listOfOne, ListQuery, declareList } from "../list.ts";
import { COMPONENTS } from "../route/components.ts";
import { PROJECT_PARAM, textParam } from "../route/param.ts";
import { routesWith } from "../route/route.ts";

const CreateApiKey = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(256)
    .default("API key")
    .describe("Name of the key, up to 256 characters."),
});
const ListApiKeys = z.strictObject({
  limit: ListQuery.shape.limit,
  after: cursorOf("a key", isApiKeyId, "Id of the key that the page begins after."),
  owner_project_access: z
    .enum(["active", "inactive", "any"])
    .optional()
    .describe("Only keys whose owner has this access."),
});

/** OpenAI's ProjectApiKey object. A key belongs to the project itself, so its owner is a service account. */
export const ApiKeyBody = z
  .strictObject({
    object: objectType("organization.project.api_key"),
    id: z.string().describe("Id of the key."),
    name: z.string().describe("Name of the key."),
    redacted_value: z
      .string()
      .describe("The first and last characters of the key, to recognize it."),
    created_at: CreatedAt,
    last_used_at: z
      .number()
      .int()
      .nullable()
      .describe("Always null: uses of keys are not recorded."),
    owner_project_access: z
      .literal("active")
      .describe("Always `active`: the owner is the project itself."),
    owner: z
      .strictObject({
        type: z.literal("service_account").describe("Type of the owner."),
        service_account: z
          .strictObject({
            id: z.string().describe("Id of the project."),
            name: z.string().describe("Name of the key."),
            created_at: CreatedAt,
            role: z.literal("member").describe("Always `member`."),
          })
          .describe("The project, in the form of OpenAI's service accounts."),
      })
      .describe("The owner of the key: the project itself."),
  })
  .register(COMPONENTS, { id: "ApiKey" });
const CreatedApiKeyBody = ApiKeyBody.extend({
  value: z.string().describe("The key. Only this answer contains it."),
}).register(COMPONENTS, { id: "CreatedApiKey" });

const KEY = textParam("API key", "Id of the key.", "key_01k8v3q7cde4f6g8h0jkmnpq");
const EXAMPLE = {
  object: "organization.project.api_key",
  id: KEY.example,
  name: "CI",
  redacted_value: "sk-ew-Zm…x0Qk",
  created_at: 1_795_000_000,
  last_used_at: null,
  owner_project_access: "active",
  owner: {
    type: "service_account",
    service_account: {
      id: PROJECT_PARAM.example,
      name: "CI",
      created_at: 1_795_000_000,
      role: "member",
    },
  },
} satisfies z.input<typeof ApiKeyBody>;

const DELETED = deletion("organization.project.api_key.deleted");
const route = routesWith<{ keys: ApiKeys; projects: Projects }>();
const OF_ADMIN = { access: "admin", tag: "API keys" } as const;
const params = { project_id: PROJECT_PARAM, key_id: KEY };

/**
 * The routes of OpenAI's admin API for the API keys of a project. Creating a key is an extension: OpenAI offers that
 * only in its console.
 */
export const apiKeyRoutes = [
  route(
    {
      ...OF_ADMIN,
      method: "POST",
      path: "/v1/organization/projects/{project_id}/api_keys",
      summary: "Create an API key",
      ours: true,
      params: { project_id: PROJECT_PARAM },
      body: CreateApiKey,
      idempotency: {
        withoutKey:
          "The value of a key is shown once and not stored, so that it cannot be shown again. If the answer is lost, list the keys and revoke the one without a user.",
      },
      response: CreatedApiKeyBody,
      example: {
        body: { name: "CI" },
        response: { ...EXAMPLE, value: "sk-ew-ZmFrZS1leGFtcGxlx0Qk" },
      },
    },
    async ({ deps: { keys }, params: { project_id: projectId }, body }) => {
      const value = newApiKey();
      const key: ApiKey = {
        id: newId("key_"),
        name: body.name,
        sha256: await sha256Hex(value),
        redacted: `${value.slice(0, 8)}…${value.slice(-4)}`,
        createdAt: secondsNow(),
      };
      const isAdded = await keys.add(projectId, key);
      if (!isAdded) return err(notFound("active project", projectId));
      return ok({ ...apiKeyBody(projectId, key), value });
    },
  ),
  route(
    {
      ...OF_ADMIN,
      method: "GET",
      path: "/v1/organization/projects/{project_id}/api_keys",
      summary: "List API keys",
      params: { project_id: PROJECT_PARAM },
      query: ListApiKeys,
      response: declareList(ApiKeyBody),
      example: { response: listOfOne(EXAMPLE) },
    },
    async ({ deps: { keys, projects }, params: { project_id: projectId }, query }) => {
      const { limit, after } = query;
      if (!(await projects.get(projectId))) return err(notFound("project", projectId));
      const read = await keys.list(projectId, { limit: limit + 1, after });
      const { rows, hasMore } = cutPage(read, { limit, after, order: "asc" });
      return ok(listBody({ rows: rows.map((key) => apiKeyBody(projectId, key)), hasMore }));
    },
  ),
  route(
    {
      ...OF_ADMIN,
      method: "GET",
      path: "/v1/organization/projects/{project_id}/api_keys/{key_id}",
      summary: "Get an API key",
      params,
      response: ApiKeyBody,
      example: { response: EXAMPLE },
    },
    async ({ deps: { keys }, params: { project_id: projectId, key_id: id } }) => {
      const key = await keys.get(projectId, id);
      return key ? ok(apiKeyBody(projectId, key)) : err(notFound("API key", id));
    },
  ),
  route(
    {
      ...OF_ADMIN,
      method: "DELETE",
      path: "/v1/organization/projects/{project_id}/api_keys/{key_id}",
      summary: "Revoke an API key",
      description: "The key stops working everywhere within 30 seconds.",
      params,
      response: DELETED.schema,
      example: { response: DELETED.body(KEY.example) },
    },
    async ({ deps: { keys }, params: { project_id: projectId, key_id: id } }) => {
      const isRevoked = await keys.revoke(projectId, id, secondsNow());
      if (!isRevoked) return err(notFound("API key", id));
      return ok(DELETED.body(id));
    },
  ),
];

/** Creates a key: a prefix that identifies keys of this service, and 256 random bits. */
function newApiKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const text = btoa(String.fromCharCode(...bytes));
  return `sk-ew-${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/** Describes an API key of a project in the API. It never has the key itself. */
export function apiKeyBody(projectId: string, key: ApiKey): z.input<typeof ApiKeyBody> {
  const { id, name, redacted, createdAt } = key;
  return {
    object: "organization.project.api_key",
    id,
    name,
    redacted_value: redacted,
    created_at: createdAt,
    last_used_at: null,
    owner_project_access: "active",
    owner: {
      type: "service_account",
      service_account: { id: projectId, name, created_at: createdAt, role: "member" },
    },
  };
}

const secondsNow = () => Math.floor(Date.now() / 1000);
