import { createMiddleware } from "hono/factory";

import { newId } from "../../ids.ts";
import type { AppEnv } from "../app-env.ts";

/**
 * Middleware that creates an id for every request, which is in the response header `x-request-id`, in error responses
 * and in log lines.
 */
export const requestId = createMiddleware<AppEnv>(async (c, next) => {
  const id = newId("req_");
  c.set("requestId", id);
  await next();
  c.res.headers.set("x-request-id", id);
});
