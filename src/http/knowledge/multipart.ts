import type { Readable } from "node:stream";

import busboy from "busboy";

import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { shorten } from "../../shorten.ts";

/** The text fields of an upload, and the result of consuming its file. */
export type Multipart<File> = { readonly fields: Record<string, string>; readonly file: File };

/** The file of an upload while it arrives. */
export type UploadedPart = {
  readonly filename: string;
  readonly mimeType: string;
  readonly chunks: AsyncIterable<Uint8Array>;
};

type Consume<File> = (part: UploadedPart) => Promise<File>;
/** The content of a body so far. `isExtra` is set when there is more than one file, or a file in another part. */
type Upload<File> = {
  readonly fields: Record<string, string>;
  consumed?: Promise<Result<File, Refusal>>;
  isExtra: boolean;
};

const FIELD_BYTES_MAX = 64 * 1024;

/**
 * Reads a multipart body that has one file, and streams it to `consume` as it arrives: the body is pulled only as
 * fast as the file is consumed. Fields may come before and after the file. When the body breaks off or is too large,
 * the iterator of `consume` throws, and `consume` cleans up.
 */
export async function readMultipart<File>(
  request: Request,
  fileBytesMax: number,
  consume: Consume<File>,
): Promise<Result<Multipart<File>, Refusal>> {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(contentType) || !request.body) return err(NOT_MULTIPART);
  const parser = createParser(contentType, fileBytesMax);
  if (!parser.ok) return parser;

  const upload: Upload<File> = { fields: {}, isExtra: false };
  collectParts(parser.value, upload, fileBytesMax, consume);
  const parsed = awaitEnd(parser.value);
  const fed = feed(request.body, parser.value);
  const [body, read, file] = [await parsed, await fed, await upload.consumed];
  if (!body.ok) return body;
  if (!read.ok) return read;
  if (upload.isExtra) return err(EXTRA_FILE);
  if (!file) return err(NO_FILE);
  return file.ok ? ok({ fields: upload.fields, file: file.value }) : file;
}

/** Creates the parser. Refuses a content type without a boundary. */
function createParser(contentType: string, fileSize: number): Result<busboy.Busboy, Refusal> {
  try {
    return ok(
      busboy({
        headers: { "content-type": contentType },
        defParamCharset: "utf8",
        // A file that reaches the parser's limit counts as cut, so the largest one has a byte less.
        limits: { files: 1, fileSize: fileSize + 1, fields: 20, fieldSize: FIELD_BYTES_MAX },
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
  fileBytesMax: number,
  consume: Consume<File>,
): void {
  parser.on("field", (name, value) => (upload.fields[name] = value));
  parser.on("filesLimit", () => (upload.isExtra = true));
  parser.on("file", (name, stream, info) => {
    if (name !== "file" || upload.consumed) {
      upload.isExtra = true;
      stream.resume();
      return;
    }
    upload.consumed = consumeFile(stream, info, fileBytesMax, consume);
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
  stream: Readable & { truncated?: boolean },
  info: busboy.FileInfo,
  fileBytesMax: number,
  consume: Consume<File>,
): Promise<Result<File, Refusal>> {
  async function* chunks() {
    for await (const chunk of stream) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
    if (stream.truncated) throw new TooLarge();
  }
  try {
    const filename = info.filename || "upload";
    return ok(await consume({ filename, mimeType: info.mimeType, chunks: chunks() }));
  } catch (error) {
    if (error instanceof TooLarge) {
      return err({
        code: "payload_too_large",
        message: `The file is larger than ${fileBytesMax / 1_000_000} MB. Split it and upload the parts.`,
        param: "file",
      });
    }
    if (stream.errored) return err(malformed(error));
    throw error;
  } finally {
    // After any end of the consumer the rest must flow, or the parser would wait for it forever.
    stream.resume();
  }
}

/** Writes the body to the parser, and waits until it has accepted each chunk. */
async function feed(body: ReadableStream, parser: busboy.Busboy): Promise<Result<null, Refusal>> {
  try {
    for await (const chunk of body) {
      if (parser.destroyed) break;
      await new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
    }
    if (!parser.destroyed) parser.end();
    return ok(null);
  } catch (error) {
    parser.destroy(error instanceof Error ? error : new Error(String(error)));
    return err(malformed(error));
  }
}

function malformed(error: unknown): Refusal {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: "invalid_request",
    message: `The multipart body could not be read: ${shorten(reason)}.`,
  };
}
