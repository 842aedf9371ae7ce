import type { Context } from "hono";

import type { ApiKeyId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";

/**
 * The type parameter of Hono's context: the Worker's bindings, and the variables that middleware sets for a request.
 */
export type AppEnv = {
  Bindings: Env;
  Variables: {
    requestId: string;
    /** The project of the request. Set by `projectKeyAuth`, on every route under /v1 except /v1/organization. */
    scope: Scope;
    /** Id of the request's API key; null for a person who came through Cloudflare Access. */
    apiKeyId: ApiKeyId | null;
    /** Set in place of the project on the route that accepts both kinds of keys, if the admin key was sent. */
    isAdmin?: true;
    /** The SHA-256 of the request's API key, in hex. */
    keySha256: string;
  };
};

/** Hono's context of one request, as middleware and routes receive it. */
export type AppContext = Context<AppEnv>;
