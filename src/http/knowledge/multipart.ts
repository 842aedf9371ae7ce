import type { Readable } from "node:stream";

import busboy from "busboy";

import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";

export type Multipart<File> = { readonly fields: Record<string, string>; readonly file: File };

export type UploadedPart = {
  readonly filename: string;
  readonly mimeType: string;
  readonly chunks: AsyncIterable<Uint8Array>;
};

const FIELD_BYTES_MAX = 64 * 1024;

/**
 * Reads a multipart body that has one file, streaming it to `consume` as it arrives: the body is pulled only as
 * fast as the file is taken. Fields may stand before and after the file. When the body breaks off or is
 * too large, `consume` sees its iterator throw, and cleans up.
 */
export async function readMultipart<File>(
  request: Request,
  fileBytesMax: number,
  consume: (part: UploadedPart) => Promise<File>,
): Promise<Result<Multipart<File>, Refusal>> {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(contentType) || !request.body) {
    return err({
      code: "unsupported_media_type",
      message: "Send the upload as multipart/form-data with the parts 'file' and 'purpose'.",
    });
  }
  let parser: busboy.Busboy;
  try {
    parser = busboy({
      headers: { "content-type": contentType },
      defParamCharset: "utf8",
      limits: { files: 1, fileSize: fileBytesMax, fields: 20, fieldSize: FIELD_BYTES_MAX },
    });
  } catch (error) {
    return err(malformed(error));
  }

  const fields: Record<string, string> = {};
  const upload: { consumed?: Promise<Result<File, Refusal>>; tooMany: boolean } = {
    tooMany: false,
  };
  parser.on("field", (name, value) => (fields[name] = value));
  parser.on("filesLimit", () => (upload.tooMany = true));
  parser.on("file", (name, stream, info) => {
    if (name !== "file" || upload.consumed) {
      upload.tooMany = true;
      stream.resume();
      return;
    }
    upload.consumed = consumeFile(stream, info, fileBytesMax, consume);
  });

  const parsed = new Promise<Result<null, Refusal>>((resolve) => {
    parser.once("close", () => resolve(ok(null)));
    parser.once("error", (error) => resolve(err(malformed(error))));
  });
  const fed = feed(request.body, parser);
  const [body, read, file] = [await parsed, await fed, await upload.consumed];
  if (!body.ok) return body;
  if (!read.ok) return read;
  if (upload.tooMany) {
    return err({
      code: "invalid_request",
      message: "Send exactly one file, in the part 'file'.",
      param: "file",
    });
  }
  if (!file) {
    return err({
      code: "invalid_request",
      message: "The part 'file' with a file name is missing.",
      param: "file",
    });
  }
  return file.ok ? ok({ fields, file: file.value }) : file;
}

class TooLarge extends Error {}

async function consumeFile<File>(
  stream: Readable & { truncated?: boolean },
  info: busboy.FileInfo,
  fileBytesMax: number,
  consume: (part: UploadedPart) => Promise<File>,
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
        message: `The file is larger than ${fileBytesMax / 1024 / 1024} MB. Split it and upload the parts.`,
        param: "file",
      });
    }
    if (stream.errored) return err(malformed(error));
    throw error;
  } finally {
    // Whatever stopped the consumer, the rest must flow, or the parser would wait for it forever.
    stream.resume();
  }
}

/** Writes the body to the parser, waiting for each chunk to be taken. */
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
  return { code: "invalid_request", message: `The multipart body could not be read: ${reason}.` };
}
