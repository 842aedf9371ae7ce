import { raceAbort } from "../../../abort.ts";
import { isNestedDeeper, JSON_DEPTH_MAX } from "../../../bounds.ts";
import { joinBytes } from "../../../join-bytes.ts";
import { err, ok, type Result } from "../../../result.ts";
import { shorten } from "../../../shorten.ts";
import type { HttpCall } from "./http-with.ts";

/**
 * Reads the body of a response up to `bytesMax` bytes. A longer one is cancelled and gives "too_large". Throws, and
 * cancels the body, when `signal` is aborted.
 */
export async function readBody(
  response: Response,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Result<Uint8Array, "too_large">> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of readParts(response, signal)) {
    size += part.byteLength;
    if (size > bytesMax) return err("too_large");
    parts.push(part);
  }
  return ok(joinBytes(parts));
}

/** The beginning of a body. `isCut` is true unless it is the whole body. */
type Beginning = { readonly text: string; readonly isCut: boolean };

/**
 * Reads the first `bytesMax` bytes of a response's body for an error message, or fewer if it ends, fails or is aborted
 * before.
 */
export async function readBeginning(
  response: Response,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Beginning> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let isCut = false;
  try {
    for await (const part of readParts(response, signal)) {
      parts.push(part);
      size += part.byteLength;
      isCut = size > bytesMax;
      if (isCut) break;
    }
  } catch {
    // The status is sufficient; the body only explains it.
    isCut = true;
  }
  return { text: new TextDecoder().decode(joinBytes(parts).subarray(0, bytesMax)), isCut };
}

/**
 * Decodes the whole body of a response to the form that the step asks for: JSON, text or by content type. `hide`
 * removes secrets from texts. The error is a text that follows "it ".
 */
export function readContent(
  bytes: Uint8Array,
  contentType: string,
  { response, method }: Pick<HttpCall, "response" | "method">,
  hide: (text: string) => string,
): Result<unknown, string> {
  if (method === "HEAD") return ok(null);
  const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1] ?? "utf-8";
  const decoder = createDecoder(charset);
  if (!decoder) return err(`is in the character set '${shorten(charset)}', which is not supported`);
  const text = hide(decoder.decode(bytes));
  const isJson = /^\s*[\w.+-]+\/(?:[\w.+-]+\+)?json\b/i.test(contentType);
  if (response === "text" || (response === "auto" && !isJson)) return ok(text);
  if (text.trim() === "") return ok(null);
  if (isNestedDeeper(text, JSON_DEPTH_MAX)) {
    return err(`is nested more than ${JSON_DEPTH_MAX} levels deep; read it with response: "text"`);
  }
  try {
    // A secret may have been escaped in the JSON; parsing removes the escapes.
    return ok(
      JSON.parse(text, (_, value: unknown) => (typeof value === "string" ? hide(value) : value)),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err(`is not JSON: ${reason}`);
  }
}

/**
 * Yields the parts of a body. A reader that stops cancels the body, so that no connection stays open without a
 * reader.
 */
async function* readParts(
  response: Response,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!response.body) return;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await raceAbort(reader.read(), signal);
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function createDecoder(charset: string): TextDecoder | null {
  try {
    return new TextDecoder(charset);
  } catch {
    return null;
  }
}
