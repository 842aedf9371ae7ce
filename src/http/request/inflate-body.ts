import { Readable, pipeline } from "node:stream";
import { createGunzip, createInflate, createInflateRaw } from "node:zlib";

import { createMiddleware } from "hono/factory";

import { shorten } from "../../shorten.ts";
import type { AppEnv } from "../app-env.ts";
import { problem } from "../problem.ts";

/** Thrown while a compressed request body is read whose compression is invalid. */
export class BrokenBody extends Error {
  override readonly name = "BrokenBody";
}

const CODINGS: ReadonlyMap<string, "gzip" | "deflate"> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
]);

/**
 * Middleware that decompresses a request body that is sent as gzip or deflate. It does so while the body is read, so
 * that size limits count the decompressed bytes, and a small body that would become huge is refused. Refuses other
 * encodings.
 */
export const inflateBody = createMiddleware<AppEnv>(async (c, next) => {
  const coding = c.req.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  const { raw } = c.req;
  if (coding === "identity" || coding === "" || !raw.body) return await next();
  const known = CODINGS.get(coding);
  if (known === undefined) {
    const message = `Send the body as gzip, as deflate or without Content-Encoding, not as ${shorten(coding)}.`;
    const headers = { "accept-encoding": "gzip, deflate" };
    return problem(c, { code: "unsupported_media_type", message }, headers);
  }
  const headers = new Headers(raw.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  const { url, method, signal } = raw;
  c.req.raw = new Request(url, { method, headers, signal, body: inflate(raw.body, known) });
  return await next();
});

/** Decompresses a stream only as fast as the result is read, so that little of it is in memory. */
export function inflate(body: ReadableStream<Uint8Array>, coding: "gzip" | "deflate") {
  const chunks = inflateChunks(body, coding);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* inflateChunks(
  body: ReadableStream<Uint8Array>,
  coding: "gzip" | "deflate",
): AsyncGenerator<Uint8Array, void, undefined> {
  const parts = body.values();
  const first = await parts.next();
  if (first.done) return;
  const decoder = createDecoder(coding, first.value);
  // Both ends see an error; the one that is iterated reports it.
  pipeline(Readable.from(prepend(first.value, parts)), decoder, () => {});
  try {
    for await (const chunk of decoder) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BrokenBody(`The body could not be read as ${coding}: ${reason}.`, { cause: error });
  }
}

async function* prepend(first: Uint8Array, rest: AsyncIterable<Uint8Array>) {
  yield first;
  yield* rest;
}

/** The standard's deflate has a header of zlib, whose low half byte is 8; some clients send it without. */
function createDecoder(coding: "gzip" | "deflate", first: Uint8Array) {
  if (coding === "gzip") return createGunzip();
  return ((first[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
}
