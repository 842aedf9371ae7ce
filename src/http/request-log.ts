import { createMiddleware } from "hono/factory";

import { logger } from "../platform/logger.ts";
import type { AppEnv } from "./app-env.ts";

/** Probes ask for it every few seconds, and nobody reads about those that succeed. */
const HEALTH_PATH = "/health";
const PATH_LENGTH_MAX = 200;

/**
 * Logs each request: `debug`, since the platform counts requests itself, and `warn` when it failed on our side. The
 * time ends where the response begins; a stream goes on after it.
 */
export const requestLog = createMiddleware<AppEnv>(async (c, next) => {
  const startedAt = Date.now();
  await next();
  const { status } = c.res;
  const { method, path } = c.req;
  if (path === HEALTH_PATH && status < 400) return;
  const fields = {
    requestId: c.get("requestId"),
    method,
    path: loggedPath(path),
    status,
    durationMs: Date.now() - startedAt,
  };
  if (status >= 500) logger.warn("http.request.answered", fields);
  else logger.debug("http.request.answered", fields);
});

/** The path as a log may hold it: without a key that somebody pasted into it, and of bounded length. */
export function loggedPath(path: string): string {
  const safe = path.replaceAll(/sk-ew-[^/]*/g, "sk-ew-…");
  return safe.length > PATH_LENGTH_MAX ? `${safe.slice(0, PATH_LENGTH_MAX)}…` : safe;
}
