import { createMiddleware } from "hono/factory";

import type { AppEnv } from "./app-env.ts";

/**
 * Middleware that sets the header `Date` of every response, by which a client can tell how wrong its own clock is.
 * Cloudflare's network sets it too; the local runtime does not.
 */
export const responseDate = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  c.res.headers.set("date", new Date().toUTCString());
});
