import type { Hono } from "hono";
import { createMiddleware } from "hono/factory";

import { withDeadline } from "../../abort.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { CALLER_PATH } from "../auth.ts";
import { markOwn } from "../request/own-requests.ts";
import { formatRefusal } from "./stream-error.ts";

/** Time between two checks of the key of a stream, in milliseconds. A revoked key is to open nothing after 30 s. */
const CHECK_MS = 25_000;

/**
 * Middleware that ends an event stream whose key was revoked, or whose session has ended, with that refusal as its last
 * event. A request is checked when it begins; a stream may be open for days after that.
 */
export const guardStreams = (app: Hono<AppEnv>) =>
  createMiddleware<AppEnv>(async (c, next) => {
    await next();
    const { body, headers } = c.res;
    if (!body || !headers.get("content-type")?.startsWith("text/event-stream")) return;
    const check = async () => await app.fetch(markOwn(callerRequest(c)), c.env, c.executionCtx);
    c.res = new Response(guard(body, check), c.res);
  });

/** Makes the request that says what the caller of a stream may do now. */
function callerRequest({ req: { raw } }: AppContext): Request {
  const headers = new Headers(raw.headers);
  for (const name of ["content-type", "content-length", "content-encoding"]) headers.delete(name);
  return new Request(new URL(CALLER_PATH, raw.url), { headers });
}

function guard(
  body: ReadableStream<Uint8Array>,
  check: () => Promise<Response>,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let checkedAt = Date.now();
  let next: ReturnType<typeof reader.read> | null = null;
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      for (;;) {
        next ??= reader.read();
        const piece = await withDeadline(next, checkedAt + CHECK_MS - Date.now(), () => null);
        if (Date.now() - checkedAt >= CHECK_MS) {
          checkedAt = Date.now();
          const answer = await check();
          if (answer.status === 401) {
            controller.enqueue(new TextEncoder().encode(formatRefusal(await answer.text())));
            controller.close();
            return await reader.cancel();
          }
          await answer.body?.cancel();
        }
        if (!piece) continue;
        next = null;
        if (piece.done) controller.close();
        else controller.enqueue(piece.value);
        return;
      }
    },
    async cancel(reason) {
      await reader.cancel(reason);
    },
  });
}
