import { createMiddleware } from "hono/factory";

import { newId } from "../../ids.ts";
import type { AppEnv } from "../app-env.ts";

/** Creates an id for every request. Its response, its errors and its log lines carry the id. */
export const requestId = createMiddleware<AppEnv>(async (c, next) => {
  const id = newId("req_");
  c.set("requestId", id);
  await next();
  c.res.headers.set("x-request-id", id);
});
