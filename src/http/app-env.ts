import type { Context } from "hono";

import type { ApiKeyId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";

/** The variables that Hono's context carries through the middleware. */
export type AppEnv = {
  Bindings: Env;
  Variables: {
    requestId: string;
    /** Set by the middleware for project keys, on every route under /v1 except /v1/organization. */
    scope: Scope;
    apiKeyId: ApiKeyId;
    /** The SHA-256 of the key's text, in hex. */
    keySha256: string;
  };
};

/** Hono's context of one request. */
export type AppContext = Context<AppEnv>;
