import { createMiddleware } from "hono/factory";

import { newId } from "../../ids.ts";
import type { AppEnv } from "../app-env.ts";

const HEADER = "x-request-id";

/**
 * Middleware that creates an id for every request, which is in the response header `x-request-id`, in error responses
 * and in log lines. The refusal of a request that the service made itself, for a watcher, keeps the id of that one, which
 * is in its body.
 */
export const requestId = createMiddleware<AppEnv>(async (c, next) => {
  const id = newId("req_");
  c.set("requestId", id);
  await next();
  if (!c.res.headers.has(HEADER)) c.res.headers.set(HEADER, id);
});
