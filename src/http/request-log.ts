import { createMiddleware } from "hono/factory";

import { type LogFields, logger } from "../platform/logger.ts";
import type { AppEnv } from "./app-env.ts";
import { isOwn } from "./request/own-requests.ts";

/** Health checks request it every few seconds, and successful ones are not of interest. */
const HEALTH_PATH = "/health";
const PATH_LENGTH_MAX = 200;

/**
 * Middleware that logs each request: at `warn` if the service failed (status 500 or higher), otherwise at `debug`,
 * since the platform itself counts requests. Those that a stream makes each second are logged only if the service
 * failed. The logged duration ends when the response begins, even if its body is a
 * stream that continues.
 */
export const requestLog = createMiddleware<AppEnv>(async (c, next) => {
  const startedAt = Date.now();
  await next();
  const { status } = c.res;
  const { method, path } = c.req;
  if (path === HEALTH_PATH && status < 400) return;
  if (isOwn(c.req.raw) && status < 500) return;
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

/**
 * Logs one request, or one message on a WebSocket, after it was answered: at `warn` if its status is 500 or higher,
 * else at `debug`.
 */
export function logAnswered(fields: Answered): void {
  if (fields.status >= 500) logger.warn("http.request.answered", fields);
  else logger.debug("http.request.answered", fields);
}

/**
 * Returns the path of a request as it may be logged: shortened, and without API keys, which a client may have put into
 * it by mistake.
 */
export function loggedPath(path: string): string {
  const safe = path.replaceAll(/sk-ew-[^/]*/g, "sk-ew-…");
  return safe.length > PATH_LENGTH_MAX ? `${safe.slice(0, PATH_LENGTH_MAX)}…` : safe;
}
