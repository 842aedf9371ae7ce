import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";

import { shorten } from "../shorten.ts";
import type { AppContext, AppEnv } from "./app-env.ts";
import { adminKeyAuth, type KeyDeps, projectKeyAuth } from "./auth.ts";
import { crossOrigin } from "./cross-origin.ts";
import { findMissing } from "./missing-endpoints.ts";
import { browserHeaders } from "./pages/browser-headers.ts";
import { problem } from "./problem.ts";
import { requestLog } from "./request-log.ts";
import { drainBody } from "./request/drain-body.ts";
import { requestId } from "./request/request-id.ts";
import { responseDate } from "./response-date.ts";
import { addMethodRefusals, addOptions, addRoutes, type Mounted } from "./route/mount.ts";
import { guardStreams } from "./streams/guard-streams.ts";
import { watchable } from "./streams/watch.ts";
import { describeThrown } from "./thrown.ts";

/** The arguments of `buildApp`: the look-up of API keys, the settings of authentication and CORS, and the routes. */
export type AppDeps = {
  keys: (env: Env) => KeyDeps;
  /** Returns the origins whose pages may call the API from a browser. */
  origins: (env: Env) => readonly string[];
  routes: readonly Mounted[];
};

/**
 * Builds the service's HTTP router: request ids, dates, authentication, logging, CORS, all routes, and the format of errors.
 */
export function buildApp({ keys, origins, routes }: AppDeps): Hono<AppEnv> {
  // Not strict: a path with a trailing slash leads to the route too.
  const app = new Hono<AppEnv>({ strict: false });
  app.use(requestId);
  app.use(responseDate);
  app.use(requestLog);
  app.use(drainBody);
  app.use(browserHeaders);
  app.use(crossOrigin(origins));
  app.use("/v1/*", guardStreams(app));
  addOptions(app, routes);
  app.use("/v1/organization/*", adminKeyAuth(keys));
  app.use("/v1/*", projectKeyAuth(keys));
  addRoutes(
    app,
    routes.map((route) => watchable(app, route)),
  );
  addMethodRefusals(app, routes);
  app.notFound((c) => {
    const { method, path } = c.req;
    const reason = findMissing(method, path);
    const rest = reason === null ? ". GET /openapi.json lists the endpoints." : `: ${reason}`;
    const message = `There is no ${shorten(method)} ${shorten(path)}${rest}`;
    return problem(c, { code: "not_found", message });
  });
  app.onError((error, c) => refuseThrown(c, error));
  return app;
}

function refuseThrown(c: AppContext, error: Error): Response {
  // Hono's own refusals, such as a malformed path, are errors of the client.
  if (error instanceof HTTPException && error.status < 500) {
    return problem(c, { code: "invalid_request", message: shorten(error.message) });
  }
  return problem(c, describeThrown(error, c.get("requestId"), "http.unhandled"));
}
