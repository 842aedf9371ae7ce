import { z } from "zod";

import type { ApiKeys, Projects } from "../../knowledge/project.ts";
import { REGIONS } from "../../knowledge/scope.ts";
import { err, ok } from "../../result.ts";
import { CALLER_PATH } from "../auth.ts";
import { objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { PROJECT_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { UNKNOWN_KEY } from "../unknown-key.ts";

const CallerBody = z
  .strictObject({
    object: objectType("caller"),
    access: z
      .enum(["project", "admin"])
      .describe(
        "`project`: the key opens everything of its project and nothing under `/v1/organization`. `admin`: it opens `/v1/organization` alone.",
      ),
    project: z
      .strictObject({
        id: z.string().describe("Id of the project."),
        name: z.string().describe("Name of the project."),
        region: z.enum(REGIONS).describe("Region of the project's Durable Objects."),
      })
      .nullable()
      .describe("The project of the key; null for the admin key."),
    api_key: z
      .strictObject({
        id: z.string().describe("Id of the key."),
        name: z.string().describe("Name of the key."),
        redacted_value: z
          .string()
          .describe("The first and last characters of the key, to recognize it."),
      })
      .nullable()
      .describe(
        "The key of the request; null for the admin key, and for people who come through Cloudflare Access.",
      ),
  })
  .register(COMPONENTS, { id: "Caller" });

const EXAMPLE = {
  object: "caller",
  access: "project",
  project: { id: PROJECT_PARAM.example, name: "Handbook", region: "auto" },
  api_key: { id: "key_01k8v3q7cde4f6g8h0jkmnpq", name: "CI", redacted_value: "sk-ew-Zm…x0Qk" },
} satisfies z.input<typeof CallerBody>;

const ADMIN = { object: "caller", access: "admin", project: null, api_key: null } as const;

const route = routesWith<{ keys: ApiKeys; projects: Projects }>();

/** The route that says which project a key belongs to, and which part of the API it opens. */
export const callerRoutes = [
  route(
    {
      access: "key",
      ours: true,
      tag: "API keys",
      method: "GET",
      path: CALLER_PATH,
      summary: "Get the caller",
      description:
        "What the key of the request may do, for programs that are given a key and for checks of one. A key that was revoked is answered with 401, at the latest after 30 s.",
      response: CallerBody,
      example: { response: EXAMPLE },
    },
    async ({ c, deps: { keys, projects } }) => {
      if (c.get("isAdmin")) return ok(ADMIN);
      const { projectId } = c.get("scope");
      const keyId = c.get("apiKeyId");
      const [project, key] = await Promise.all([
        projects.get(projectId),
        keyId === null ? null : keys.get(projectId, keyId),
      ]);
      // The key is in the isolate's memory for a while after it was revoked.
      const isRevoked = keyId !== null && !key;
      if (!project || project.status !== "active" || isRevoked) return err(UNKNOWN_KEY);
      return ok({
        object: "caller" as const,
        access: "project" as const,
        project: { id: project.id, name: project.name, region: project.region },
        api_key: key && { id: key.id, name: key.name, redacted_value: key.redacted },
      });
    },
  ),
];
