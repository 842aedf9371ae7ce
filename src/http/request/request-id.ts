import { createMiddleware } from "hono/factory";

import { newId } from "../../ids.ts";
import type { AppEnv } from "../app-env.ts";

/**
 * Middleware that creates an id for every request. The response header `x-request-id`, errors and log lines have it.
 */
export const requestId = createMiddleware<AppEnv>(async (c, next) => {
  const id = newId("req_");
  c.set("requestId", id);
  await next();
  c.res.headers.set("x-request-id", id);
});
