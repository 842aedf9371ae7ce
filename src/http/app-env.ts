import type { Context } from "hono";

import type { ApiKeyId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";

/** The type of Hono's context: the Worker's bindings, and the variables that middleware sets for a request. */
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

/** Hono's context of one request, as middleware and routes receive it. */
export type AppContext = Context<AppEnv>;
