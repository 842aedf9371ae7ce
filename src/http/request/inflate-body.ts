import { Readable, pipeline } from "node:stream";
import { createGunzip, createInflate, createInflateRaw } from "node:zlib";

import type { RefusalWithHeaders } from "../../refusal.ts";
import { shorten } from "../../shorten.ts";
import type { AppContext } from "../app-env.ts";

/** Thrown while a gzip or deflate request body is read, if it cannot be decompressed. */
export class BrokenBody extends Error {
  override readonly name = "BrokenBody";
}

const CODINGS: ReadonlyMap<string, "gzip" | "deflate"> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
]);

/**
 * Replaces the request by one with a decompressed body, if its body is sent as gzip or deflate. It is decompressed
 * while it is read, so that size limits apply to the decompressed bytes, and a small body that would become huge is
 * refused. Returns the refusal of another encoding, else null.
 */
export function inflateBody(c: AppContext): RefusalWithHeaders | null {
  const coding = c.req.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  const { raw } = c.req;
  if (coding === "identity" || coding === "" || !raw.body) return null;
  const known = CODINGS.get(coding);
  if (known === undefined) {
    return {
      code: "unsupported_media_type",
      message: `Send the body as gzip, as deflate or without Content-Encoding, not as ${shorten(coding)}.`,
      headers: { "accept-encoding": "gzip, deflate" },
    };
  }
  const headers = new Headers(raw.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  const { url, method, signal } = raw;
  c.req.raw = new Request(url, { method, headers, signal, body: inflate(raw.body, known) });
  return null;
}

/**
 * Decompresses a stream only as fast as the result is read, so that only a small part of the data is in memory at a
 * time.
 */
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
  // The unread rest stays in the request, where `drainBody` reads it after a refusal.
  const parts = body.values({ preventCancel: true });
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
  } finally {
    await parts.return?.();
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
