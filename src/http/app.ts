import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";

import { ModelUnavailable } from "../model-unavailable.ts";
import { classifyFailure } from "../platform/failure.ts";
import { logger } from "../platform/logger.ts";
import { shorten } from "../shorten.ts";
import type { AppContext, AppEnv } from "./app-env.ts";
import { adminKeyAuth, type KeyDeps, projectKeyAuth } from "./auth.ts";
import { crossOrigin } from "./cross-origin.ts";
import { findMissing } from "./missing-endpoints.ts";
import { browserHeaders } from "./pages/browser-headers.ts";
import { problem } from "./problem.ts";
import { requestLog } from "./request-log.ts";
import { inflateBody } from "./request/inflate-body.ts";
import { requestId } from "./request/request-id.ts";
import { addMethodRefusals, addOptions, addRoutes, type Mounted } from "./route/mount.ts";

/** The dependencies of `buildApp`: look-ups of keys, and the routes. */
export type AppDeps = {
  keys: (env: Env) => KeyDeps;
  adminKey: (env: Env) => string | null;
  /** Returns the origins whose pages may call the API from a browser. */
  origins: (env: Env) => readonly string[];
  routes: readonly Mounted[];
};

/**
 * Builds the service's HTTP router: request ids, authentication, logging, CORS, all routes, and one format for errors.
 */
export function buildApp({ keys, adminKey, origins, routes }: AppDeps): Hono<AppEnv> {
  // Not strict: a path with a trailing slash leads to the route too.
  const app = new Hono<AppEnv>({ strict: false });
  app.use(requestId);
  app.use(requestLog);
  app.use(browserHeaders);
  app.use(crossOrigin(origins));
  addOptions(app, routes);
  app.use("/v1/organization/*", adminKeyAuth(adminKey));
  app.use("/v1/*", projectKeyAuth(keys));
  app.use("/v1/*", inflateBody);
  addRoutes(app, routes);
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

/** Refuses a call whose model cannot answer; `failAttempt` has logged the provider's own reason. */
function refuseUnavailable(c: AppContext, { reason, message }: ModelUnavailable): Response {
  const code = reason === "request_refused" ? "model_cannot" : "service_unavailable";
  return problem(c, { code, message });
}

function refuseThrown(c: AppContext, error: Error): Response {
  // Hono's own refusals, such as a malformed path, are errors of the client.
  if (error instanceof HTTPException && error.status < 500) {
    return problem(c, { code: "invalid_request", message: shorten(error.message) });
  }
  if (error instanceof ModelUnavailable) return refuseUnavailable(c, error);
  const failure = classifyFailure(error);
  logger.with({ requestId: c.get("requestId") }).failed("http.unhandled", error);
  if (failure === "full") {
    return problem(c, {
      code: "storage_full",
      message:
        "The service has no room left, and nothing of this request is stored. Delete files, or ask the operator for room.",
    });
  }
  if (failure !== "bug") {
    return problem(c, {
      code: "service_unavailable",
      message:
        "A part of the service is overloaded or restarting. Nothing is lost. Send the request again.",
    });
  }
  return problem(c, {
    code: "internal_error",
    message: `The service failed. The log has the error under the request id ${c.get("requestId")}.`,
  });
}
