import { createMiddleware } from "hono/factory";

import { type LogFields, logger } from "../platform/logger.ts";
import type { AppEnv } from "./app-env.ts";

/** Health checks request it every few seconds, and successful ones are not of interest. */
const HEALTH_PATH = "/health";
const PATH_LENGTH_MAX = 200;

/**
 * Middleware that logs each request: at `warn` when the service failed, otherwise at `debug`, since the platform counts
 * requests itself. The logged duration ends when the response begins; a stream continues after that.
 */
export const requestLog = createMiddleware<AppEnv>(async (c, next) => {
  const startedAt = Date.now();
  await next();
  const { status } = c.res;
  const { method, path } = c.req;
  if (path === HEALTH_PATH && status < 400) return;
  logAnswered({
    requestId: c.get("requestId"),
    method,
    path: loggedPath(path),
    status,
    durationMs: Date.now() - startedAt,
  });
});

/** A request that was answered, or a message of a socket, as the log has it. */
type Answered = Required<
  Pick<LogFields, "requestId" | "method" | "path" | "status" | "durationMs">
>;

/** Logs a request that was answered. */
export function logAnswered(fields: Answered): void {
  if (fields.status >= 500) logger.warn("http.request.answered", fields);
  else logger.debug("http.request.answered", fields);
}

/**
 * Returns the path of a request in the form that logs may contain: shortened, and without an API key that a caller put
 * into it.
 */
export function loggedPath(path: string): string {
  const safe = path.replaceAll(/sk-ew-[^/]*/g, "sk-ew-…");
  return safe.length > PATH_LENGTH_MAX ? `${safe.slice(0, PATH_LENGTH_MAX)}…` : safe;
}
