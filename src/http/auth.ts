import { createMiddleware } from "hono/factory";

import type { ApiKeyId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { sha256Hex } from "../sha256.ts";
import type { AppContext, AppEnv } from "./app-env.ts";
import { problem } from "./problem.ts";

/** The dependencies of the authentication of requests: the look-up of projects' API keys. */
export type KeyDeps = {
  /** True while the operator restores the deployment: no key opens it. */
  isClosed: boolean;
  /**
   * Finds an active key by the SHA-256 of its text, in hex. The result may come from a cache that is up to 30 s
   * old.
   */
  findKey(sha256: string): Promise<{ apiKeyId: ApiKeyId; scope: Scope } | null>;
};

/** The endpoint that the admin key opens as well as a project's key: it says what the key may do. */
export const CALLER_PATH = "/v1/caller";

/**
 * Makes the middleware that authenticates requests by a project's API key, and sets the request's project (`scope`). It
 * lets requests to the admin API pass without a check, since `adminKeyAuth` authenticates them. At `CALLER_PATH` it
 * accepts the admin key too.
 */
export const projectKeyAuth = (
  depsFor: (env: Env) => KeyDeps,
  readAdminKey: (env: Env) => string | null,
) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.path.startsWith("/v1/organization/")) return await next();
    const key = readBearer(c) ?? readProtocolKey(c);
    if (!key) return problem(c, MISSING, CHALLENGE);
    const mayBeAdmin = c.req.path.replace(/\/$/, "") === CALLER_PATH;
    if (mayBeAdmin && (await isSameKey(key, readAdminKey(c.env)))) {
      c.set("isAdmin", true);
      return await next();
    }
    const deps = depsFor(c.env);
    if (deps.isClosed) return problem(c, CLOSED, { "retry-after": "60" });
    const keySha256 = await sha256Hex(key);
    const found = await deps.findKey(keySha256);
    if (!found) return problem(c, UNKNOWN_KEY, CHALLENGE);
    c.set("apiKeyId", found.apiKeyId);
    c.set("keySha256", keySha256);
    c.set("scope", found.scope);
    return await next();
  });

/**
 * Makes the middleware that authenticates requests by the deployment's admin key. If no admin key is set, it refuses
 * all requests.
 */
export const adminKeyAuth = (readAdminKey: (env: Env) => string | null) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const key = readBearer(c);
    if (!key) return problem(c, MISSING, CHALLENGE);
    const adminKey = readAdminKey(c.env);
    if (await isSameKey(key, adminKey)) return await next();
    return problem(c, adminKey ? INVALID_ADMIN : NO_ADMIN_KEY, CHALLENGE);
  });

/** Compares digests, so that the duration of the comparison reveals nothing about the key. */
const isSameKey = async (key: string, adminKey: string | null): Promise<boolean> =>
  adminKey !== null && (await sha256Hex(key)) === (await sha256Hex(adminKey));

function readBearer(c: AppContext): string | undefined {
  return /^Bearer\s+(\S+)\s*$/i.exec(c.req.header("authorization") ?? "")?.[1];
}

/** The subprotocol by which OpenAI's clients in browsers send a key, since a page cannot set headers of a WebSocket. */
const KEY_PROTOCOL = "openai-insecure-api-key.";

/** Lists the subprotocols that a WebSocket client offers. */
const listProtocols = (c: AppContext): string[] =>
  (c.req.header("sec-websocket-protocol") ?? "").split(",").map((one) => one.trim());

function readProtocolKey(c: AppContext): string | undefined {
  if (!isUpgrade(c)) return undefined;
  const offered = listProtocols(c).find((one) => one.startsWith(KEY_PROTOCOL));
  return offered?.slice(KEY_PROTOCOL.length) || undefined;
}

/** Tests whether a request asks to open a WebSocket. */
export const isUpgrade = (c: AppContext): boolean =>
  c.req.header("upgrade")?.toLowerCase() === "websocket";

/**
 * Returns the subprotocol with which a WebSocket is accepted: the first that the client offers and that is not an API
 * key. Null if there is none.
 */
export const chooseProtocol = (c: AppContext): string | null =>
  listProtocols(c).find((one) => one !== "" && !one.startsWith(KEY_PROTOCOL)) ?? null;

const CLOSED = {
  code: "service_unavailable",
  message:
    "The operator is restoring this service from a backup, and it answers nobody else meanwhile. Try again later.",
} as const;
const CHALLENGE = { "www-authenticate": "Bearer" };
const MISSING = {
  code: "missing_api_key",
  message: "Send your key in the header 'Authorization: Bearer sk-ew-…'.",
} as const;
/** The refusal of an API key that belongs to no active project. */
export const UNKNOWN_KEY = {
  code: "invalid_api_key",
  message:
    "This API key does not exist or was revoked. Create one under /v1/organization/projects.",
} as const;
const NO_ADMIN_KEY = {
  code: "invalid_api_key",
  message:
    "This deployment has no admin key, so that /v1/organization is closed. Set the secret ADMIN_KEY: 'npm run dev' and 'npm run deploy' do; for 'wrangler dev' alone, in .dev.vars.",
} as const;
const INVALID_ADMIN = {
  code: "invalid_api_key",
  message: "The endpoints under /v1/organization need the admin key (the secret ADMIN_KEY).",
} as const;
