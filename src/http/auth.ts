import { createMiddleware } from "hono/factory";

import type { SessionDeps } from "../console/console-client.ts";
import type { ApiKeyId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { sha256Hex } from "../sha256.ts";
import type { AppContext, AppEnv } from "./app-env.ts";
import { findCaller, isOperator, readConsoleHeader } from "./console/console-request.ts";
import { problem } from "./problem.ts";
import { UNKNOWN_KEY } from "./unknown-key.ts";

/** The dependencies of the authentication of requests: the look-up of projects' API keys. */
export type KeyDeps = {
  /** True while the operator restores the deployment: no key opens it. */
  isClosed: boolean;
  /**
   * Finds an active key by the SHA-256 of its text, in hex. The result may come from a cache that is up to 30 s
   * old.
   */
  findKey(sha256: string): Promise<{ apiKeyId: ApiKeyId; scope: Scope } | null>;
  /** The sessions of the console, which stand for the keys by which a person has signed in. */
  readonly sessions: SessionDeps;
};

/** The endpoint that the admin key opens as well as a project's key: it says what the key may do. */
export const CALLER_PATH = "/v1/caller";

/**
 * Makes the middleware that authenticates requests by a project's API key, or by a session of the console, and sets the
 * request's project (`scope`). It lets requests to the admin API pass without a check, since `adminKeyAuth`
 * authenticates them. At `CALLER_PATH` it accepts the admin key, and an operator's session, too.
 */
export const projectKeyAuth = (depsFor: (env: Env) => KeyDeps) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.path.startsWith("/v1/organization/")) return await next();
    const key = readBearer(c) ?? readProtocolKey(c);
    const isOfConsole = key === undefined && readConsoleHeader(c) !== undefined;
    if (!key && !isOfConsole) return problem(c, MISSING, CHALLENGE);
    const mayBeAdmin = c.req.path.replace(/\/$/, "") === CALLER_PATH;
    if (mayBeAdmin && (await isAdmin(c, key, depsFor(c.env).sessions))) {
      c.set("isAdmin", true);
      return await next();
    }
    const deps = depsFor(c.env);
    if (deps.isClosed) return problem(c, CLOSED, { "retry-after": "60" });
    if (!key) {
      const caller = await findCaller(c, deps.sessions);
      if (!caller.ok) return problem(c, caller.error);
      c.set("scope", caller.value.scope);
      c.set("apiKeyId", caller.value.key?.id ?? null);
      c.set("keySha256", caller.value.key?.sha256 ?? "");
      return await next();
    }
    const keySha256 = await sha256Hex(key);
    const found = await deps.findKey(keySha256);
    if (!found) return problem(c, UNKNOWN_KEY, CHALLENGE);
    c.set("apiKeyId", found.apiKeyId);
    c.set("keySha256", keySha256);
    c.set("scope", found.scope);
    return await next();
  });

/**
 * Makes the middleware that authenticates requests by the deployment's admin key, or by an operator's session of the
 * console. If no admin key is set, it refuses all requests with a key.
 */
export const adminKeyAuth = (depsFor: (env: Env) => KeyDeps) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const key = readBearer(c);
    const { sessions } = depsFor(c.env);
    if (!key && readConsoleHeader(c) !== undefined) {
      return (await isOperator(c, sessions)) ? await next() : problem(c, INVALID_ADMIN);
    }
    if (!key) return problem(c, MISSING, CHALLENGE);
    const { adminKey } = sessions;
    if (await isSameKey(key, adminKey)) return await next();
    return problem(c, adminKey ? INVALID_ADMIN : NO_ADMIN_KEY, CHALLENGE);
  });

/** Compares digests, so that the duration of the comparison reveals nothing about the key. */
const isSameKey = async (key: string, adminKey: string | null): Promise<boolean> =>
  adminKey !== null && (await sha256Hex(key)) === (await sha256Hex(adminKey));

/** Tests whether a request has the admin key, or an operator's session if it has no key. */
const isAdmin = (c: AppContext, key: string | undefined, sessions: SessionDeps) =>
  key === undefined ? isOperator(c, sessions) : isSameKey(key, sessions.adminKey);

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
const NO_ADMIN_KEY = {
  code: "invalid_api_key",
  message:
    "This deployment has no admin key, so that /v1/organization is closed. Set the secret ADMIN_KEY: 'npm run dev' and 'npm run deploy' do; for 'wrangler dev' alone, in .dev.vars.",
} as const;
const INVALID_ADMIN = {
  code: "invalid_api_key",
  message: "The endpoints under /v1/organization need the admin key (the secret ADMIN_KEY).",
} as const;
