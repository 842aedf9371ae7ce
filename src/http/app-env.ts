import type { Context } from "hono";

import type { ApiKeyId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";

/** What Hono's context carries through the middleware. */
export type AppEnv = {
  Bindings: Env;
  Variables: {
    requestId: string;
    /** Set by the bearer-key middleware on every route under /v1 but /v1/organization. */
    scope: Scope;
    apiKeyId: ApiKeyId;
  };
};

export type AppContext = Context<AppEnv>;
