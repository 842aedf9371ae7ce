import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";

import { classifyFailure } from "../platform/failure.ts";
import { logger } from "../platform/logger.ts";
import type { AppEnv } from "./app-env.ts";
import { projectKeyAuth, type KeyDeps } from "./auth.ts";
import { browserHeaders } from "./pages/browser-headers.ts";
import { problem } from "./problem.ts";
import { requestId } from "./request/request-id.ts";

export type AppDeps = {
  keys: (env: Env) => KeyDeps;
  /** Routes under /v1 that act for a project; each comes with the path that it is mounted at. */
  routes: readonly (readonly [path: string, routes: Hono<AppEnv>])[];
  /** Routes under /v1/organization, which the admin key opens. */
  organization: Hono<AppEnv>;
};

/** The router: request ids, keys, the one error shape. What a route does is decided elsewhere. */
export function buildApp(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(requestId);
  app.use(browserHeaders);
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.route("/v1/organization", deps.organization);
  app.use("/v1/*", projectKeyAuth(deps.keys));
  for (const [path, routes] of deps.routes) app.route(path, routes);
  app.notFound((c) =>
    problem(c, {
      code: "not_found",
      message: `There is no ${c.req.method} ${c.req.path}. The README lists the endpoints.`,
    }),
  );
  app.onError((error, c) => {
    // Hono's own refusals, such as a malformed path, are the client's fault.
    if (error instanceof HTTPException && error.status < 500) {
      return problem(c, { code: "invalid_request", message: error.message });
    }
    const failure = classifyFailure(error);
    logger.with({ requestId: c.get("requestId") }).failed("http.unhandled", error);
    if (failure !== "bug") {
      return problem(c, {
        code: "service_unavailable",
        message: "A part of the service is overloaded or restarting. Nothing is lost; try again.",
      });
    }
    return problem(c, {
      code: "internal_error",
      message: `Something went wrong on our side. The log has it under request ${c.get("requestId")}.`,
    });
  });
  return app;
}
