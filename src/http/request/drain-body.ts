import { createMiddleware } from "hono/factory";

import type { AppEnv } from "../app-env.ts";

/** Milliseconds for which the rest of a refused body is read and dropped. */
const DRAIN_MS_MAX = 5_000;
/** Bytes of it; a platform takes no larger bodies. */
const DRAIN_BYTES_MAX = 100_000_000;

/**
 * Middleware that reads and drops what is left of a request's body before an error is sent, since many clients, and the
 * proxy of `wrangler dev`, read no answer before they have sent the whole body, and report a lost connection instead.
 */
export const drainBody = createMiddleware<AppEnv>(async (c, next) => {
  const { body } = c.req.raw;
  await next();
  if (!body || c.res.status < 400) return;
  const current = c.req.raw.body;
  // A decompressed body may be many times as large: only its compressed rest is read.
  if (current && current !== body && !current.locked) await current.cancel().catch(() => {});
  if (!body.locked) await drain(body);
});

async function drain(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  // Not awaited: the sender may never answer. It ends the read that waits.
  const stop = () => void reader.cancel().catch(() => {});
  const timer = setTimeout(stop, DRAIN_MS_MAX);
  try {
    for (let bytes = 0; bytes <= DRAIN_BYTES_MAX;) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
    }
  } catch {
    // A failure of the rest does not matter: the answer is an error already.
  } finally {
    clearTimeout(timer);
    stop();
  }
}
