import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";

import type { AppEnv } from "./app-env.ts";

/** The response headers that scripts of another origin may read, besides those that browsers always allow. */
export const EXPOSED_HEADERS = [
  "accept-ranges",
  "allow",
  "content-disposition",
  "content-length",
  "content-range",
  "etag",
  "idempotency-replayed",
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
 * Makes the CORS middleware, which lets pages of the given origins call the API. It answers preflight requests, which
 * carry no key, and adds the CORS headers to every response, including errors and streams. Every request header is
 * allowed. This is safe because requests are authenticated by an API key, which a page must have to send it, and not by
 * a cookie, which a browser sends by itself. The origin `*` allows every origin; without origins no header is added.
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
