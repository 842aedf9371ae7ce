import type { Readable } from "node:stream";

import busboy from "busboy";

import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { shorten } from "../../shorten.ts";
import { BodyIncomplete, BodyReader } from "../request/body-reader.ts";
import { decodeFormName } from "./form-name.ts";
import { PartHeaders } from "./part-headers.ts";

/** A parsed multipart upload: its text fields, and `file`, the result of the function that consumed its file. */
export type Multipart<File> = { readonly fields: Record<string, string>; readonly file: File };

/** The file of a multipart body, as it is passed to its consumer while it is received. */
export type UploadedPart = {
  readonly filename: string;
  /** The content type that the part declares, with its parameters, such as the charset; "" without one. */
  readonly contentType: string;
  readonly chunks: AsyncIterable<Uint8Array>;
};

type Consume<File> = (part: UploadedPart) => Promise<File>;
/** The content of a body so far. `isExtra` is set when there is more than one file, or a file in another part. */
type Upload<File> = {
  readonly fields: Record<string, string>;
  consumed?: Promise<Consumed<File>>;
  isExtra: boolean;
};
/** The end of a consumer: its value, a refusal, or the error that it threw. */
type Consumed<File> = Result<File, Refusal> | { readonly ok: null; readonly thrown: unknown };
/** The bounds of an upload: bytes of the file, and milliseconds until the whole body has arrived. */
type Bounds = { readonly fileBytes: number; readonly bodyMs: number };

const FIELD_BYTES_MAX = 64 * 1024;
/** Milliseconds for which a silent sender is waited for after the upload has ended with a failure. */
const SILENT_MS_MAX = 5_000;

/**
 * Reads a multipart body with one file, and passes the file to `consume` while it arrives: the body is read only as
 * fast as the file is consumed. Fields may precede or follow the file. If the body breaks off, stalls, or exceeds
 * `bounds` (the bytes of the file, and the milliseconds that the whole body may take), then reading the file in
 * `consume` throws, and the result is a refusal. If `consume` throws an error of its own, this function throws it.
 */
export async function readMultipart<File>(
  request: Request,
  bounds: Bounds,
  consume: Consume<File>,
): Promise<Result<Multipart<File>, Refusal>> {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(contentType) || !request.body) return err(NOT_MULTIPART);
  const parser = createParser(contentType, bounds.fileBytes);
  if (!parser.ok) return parser;

  const body = new BodyReader(request.body, bounds.bodyMs);
  const upload: Upload<File> = { fields: {}, isExtra: false };
  const headers = new PartHeaders(contentType);
  collectParts(parser.value, upload, async (stream, { filename = "" }) => {
    const name = headers.isNameExtended ? filename : decodeFormName(filename);
    const part = { filename: name || "upload", contentType: headers.contentType };
    const consumed = await consumeFile(stream, part, bounds.fileBytes, consume);
    if (!consumed.ok) parser.value.destroy();
    return consumed;
  });
  const parsed = awaitEnd(parser.value);
  const read = await feed(body, parser.value, headers);
  const [end, file] = [await parsed, await upload.consumed];
  if (file?.ok === null) throw file.thrown;
  if (!read.ok) return read;
  // Before the parser's end, which the file's refusal has brought about.
  if (file?.ok === false) return file;
  if (!end.ok) return end;
  if (upload.isExtra) return err(EXTRA_FILE);
  return file ? ok({ fields: upload.fields, file: file.value }) : err(NO_FILE);
}

/** Creates the parser. Refuses a content type without a boundary. */
function createParser(contentType: string, fileBytes: number): Result<busboy.Busboy, Refusal> {
  try {
    return ok(
      busboy({
        headers: { "content-type": contentType },
        defParamCharset: "utf8",
        // busboy reports its limit when it is reached, not when it is exceeded.
        limits: { files: 1, fileSize: fileBytes + 1, fields: 20, fieldSize: FIELD_BYTES_MAX },
      }),
    );
  } catch (error) {
    return err(malformed(error));
  }
}

/** Writes the parts of a body to `upload` as the parser finds them. */
function collectParts<File>(
  parser: busboy.Busboy,
  upload: Upload<File>,
  consume: (stream: Readable, info: busboy.FileInfo) => Promise<Consumed<File>>,
): void {
  parser.on("field", (name, value) => (upload.fields[name] = value));
  parser.on("filesLimit", () => (upload.isExtra = true));
  parser.on("file", (name, stream, info) => {
    if (name !== "file" || upload.consumed) {
      upload.isExtra = true;
      stream.resume();
      return;
    }
    // Its errors reach the consumer, and nobody after the consumer's end.
    stream.on("error", () => {});
    upload.consumed = consume(stream, info);
  });
}

function awaitEnd(parser: busboy.Busboy): Promise<Result<null, Refusal>> {
  return new Promise((resolve) => {
    parser.once("close", () => resolve(ok(null)));
    parser.once("error", (error) => resolve(err(malformed(error))));
  });
}

const NOT_MULTIPART: Refusal = {
  code: "unsupported_media_type",
  message: "Send the upload as multipart/form-data with the parts 'file' and 'purpose'.",
};
const EXTRA_FILE: Refusal = {
  code: "invalid_request",
  message: "Send exactly one file, in the part 'file'.",
  param: "file",
};
const NO_FILE: Refusal = {
  code: "invalid_request",
  message: "The part 'file' is missing or has no file name. Send the file with its name.",
  param: "file",
};

class TooLarge extends Error {}

async function consumeFile<File>(
  stream: Readable,
  part: Omit<UploadedPart, "chunks">,
  fileBytesMax: number,
  consume: Consume<File>,
): Promise<Consumed<File>> {
  // At once: the parser itself would read the rest of the file first, however much it is.
  stream.once("limit", () => stream.destroy(new TooLarge()));
  async function* chunks() {
    for await (const chunk of stream) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  }
  try {
    return ok(await consume({ ...part, chunks: chunks() }));
  } catch (error) {
    if (error instanceof TooLarge) {
      return err({
        code: "payload_too_large",
        message: `The file is larger than ${fileBytesMax / 1_000_000} MB. Split it and upload the parts.`,
        param: "file",
      });
    }
    if (error === stream.errored) return err(malformed(error));
    return { ok: null, thrown: error };
  } finally {
    // After any end of the consumer the rest must flow, or the parser would wait for it forever.
    stream.resume();
  }
}

/**
 * Writes the body to the parser, and waits until it has accepted each chunk. Once the parser is destroyed, the rest of
 * the body is left in the request, where `drainBody` reads it. A failure of the rest does not matter.
 */
async function feed(
  body: BodyReader,
  parser: busboy.Busboy,
  headers: PartHeaders,
): Promise<Result<null, Refusal>> {
  let endWrite: (() => void) | null = null;
  parser.once("close", () => {
    endWrite?.();
    if (!parser.writableFinished) body.stopIn(SILENT_MS_MAX, new Error("The upload has ended"));
  });
  try {
    for await (const chunk of body.chunks()) {
      if (parser.destroyed) break;
      // A parser that is destroyed while it waits for the file's consumer accepts no chunk any more.
      const { promise: accepted, resolve: accept } = Promise.withResolvers<void>();
      endWrite = accept;
      headers.see(chunk);
      parser.write(chunk, () => accept());
      await accepted;
    }
    if (!parser.destroyed) parser.end();
    return ok(null);
  } catch (error) {
    if (parser.destroyed) return ok(null);
    parser.destroy(error instanceof Error ? error : new Error(String(error)));
    return err(error instanceof BodyIncomplete ? error.refusal : malformed(error));
  }
}

function malformed(error: unknown): Refusal {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: "invalid_request",
    message: `The multipart body could not be read: ${shorten(reason)}.`,
  };
}
