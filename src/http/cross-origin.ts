import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";

import type { AppEnv } from "./app-env.ts";

/** The headers of responses that a page of another origin may read, besides those that browsers always show. */
export const EXPOSED_HEADERS = [
  "accept-ranges",
  "allow",
  "content-disposition",
  "content-length",
  "content-range",
  "etag",
  "openai-poll-after-ms",
  "retry-after",
  "www-authenticate",
  "x-edgewise-degraded",
  "x-edgewise-ignored",
  "x-request-id",
  "x-should-retry",
];

const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE"];
/** Browsers keep the answer to a preflight at most two hours. */
const PREFLIGHT_SECONDS = 7_200;

/**
 * Lets the pages of some origins call the API: it answers preflights, which carry no key, and marks every response,
 * errors and streams too. Any header may be sent, since a key is a header that a page must be given, unlike a cookie
 * that a browser adds on its own. `*` stands for every origin; without origins nothing is added.
 */
export const crossOrigin = (readOrigins: (env: Env) => readonly string[]) => {
  const handle = cors({
    origin: (origin, c) => {
      const origins = readOrigins(c.env);
      if (origins.includes("*")) return "*";
      return origins.includes(origin) ? origin : null;
    },
    allowMethods: METHODS,
    exposeHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  });
  return createMiddleware<AppEnv>(async (c, next) => {
    const isPlainOptions =
      c.req.method === "OPTIONS" && c.req.header("access-control-request-method") === undefined;
    if (isPlainOptions || readOrigins(c.env).length === 0) return await next();
    return await handle(c, next);
  });
};
