import { createMiddleware } from "hono/factory";

import type { ApiKeyId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { AppContext, AppEnv } from "./app-env.ts";
import { problem } from "./problem.ts";

export type KeyDeps = {
  /** Finds a live key by the SHA-256 of its text, in hex; may answer from a cache that is up to 30 s old. */
  findKey(sha256: string): Promise<{ apiKeyId: ApiKeyId; scope: Scope } | null>;
};

/** Lets a request pass with a project's key and says for whom it acts. */
export const projectKeyAuth = (depsFor: (env: Env) => KeyDeps) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.path.startsWith("/v1/organization/")) return await next();
    const key = bearerOf(c);
    if (!key) return problem(c, MISSING, CHALLENGE);
    const found = await depsFor(c.env).findKey(await sha256Hex(key));
    if (!found) return problem(c, INVALID, CHALLENGE);
    c.set("apiKeyId", found.apiKeyId);
    c.set("scope", found.scope);
    return await next();
  });

/** Lets a request pass with the admin key, which is a secret of the deployment. */
export const adminKeyAuth = (adminKeyOf: (env: Env) => string | null) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const key = bearerOf(c);
    if (!key) return problem(c, MISSING, CHALLENGE);
    const adminKey = adminKeyOf(c.env);
    // Digests are compared, so that the time of the comparison tells nothing about the key.
    const same = adminKey && (await sha256Hex(key)) === (await sha256Hex(adminKey));
    return same ? await next() : problem(c, INVALID_ADMIN, CHALLENGE);
  });

export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bearerOf(c: AppContext): string | undefined {
  return /^Bearer\s+(\S+)\s*$/i.exec(c.req.header("authorization") ?? "")?.[1];
}

const CHALLENGE = { "www-authenticate": "Bearer" };
const MISSING = {
  code: "missing_api_key",
  message: "Send your key in the header 'Authorization: Bearer sk-ew-…'.",
} as const;
const INVALID = {
  code: "invalid_api_key",
  message: "This API key is not known or was revoked. Create one under /v1/organization/projects.",
} as const;
const INVALID_ADMIN = {
  code: "invalid_api_key",
  message: "The endpoints under /v1/organization need the admin key (the secret ADMIN_KEY).",
} as const;
