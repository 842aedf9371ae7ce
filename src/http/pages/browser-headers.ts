import { createMiddleware } from "hono/factory";

import type { AppEnv } from "../app-env.ts";

/** Policy of a response that is not a page: a browser loads nothing for it and shows it in no frame. */
const NO_PAGE =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/**
 * Adds headers that keep a browser from treating a response as something else, such as an uploaded file as a page
 * of this host, and keep every cache from storing it. A response that has its own policy keeps it.
 */
export const browserHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  const { headers } = c.res;
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  if (!headers.has("content-security-policy")) headers.set("content-security-policy", NO_PAGE);
});
