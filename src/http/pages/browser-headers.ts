import { createMiddleware } from "hono/factory";

import type { AppEnv } from "../app-env.ts";

/** Policy of a response that is not a page: a browser loads nothing for it and shows it in no frame. */
const NO_PAGE =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/**
 * Middleware that adds security headers to every response: browsers must not treat an uploaded file as a page of this
 * host, and no cache may store a response. Headers that a route has set are kept.
 */
export const browserHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  const { headers } = c.res;
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  if (!headers.has("content-security-policy")) headers.set("content-security-policy", NO_PAGE);
});
