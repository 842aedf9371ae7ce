import type { FileId } from "../../ids.ts";
import type { StoredFile } from "../../knowledge/file.ts";
import type { RefusalWithHeaders } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AppContext } from "../app-env.ts";
import { type ByteRange, readRange } from "../request/byte-range.ts";

/** Reads the bytes of a file from R2, all or those of one range. Returns null if R2 does not have the file. */
export type ReadContent = (
  fileId: FileId,
  range: ByteRange | null,
) => Promise<ReadableStream | null>;

/**
 * Returns the HTTP response that sends the bytes of a file, or the part that the request header `Range` asks for. A
 * client can join parts from several downloads, since the bytes of a file never change.
 */
export async function sendContent(
  c: AppContext,
  file: StoredFile,
  read: ReadContent,
): Promise<Result<Response, RefusalWithHeaders>> {
  const { id, bytes, filename } = file;
  const etag = `"${file.sha256}"`;
  const range = readRange(findRange(c, etag), bytes);
  if (range === "unsatisfiable") return err(refuseRange(bytes));
  const content = await read(id, range);
  if (!content) return err(missingBytes(id));
  const headers = {
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(filename)}`,
    "accept-ranges": "bytes",
    etag,
  };
  if (!range) return ok(c.body(content, 200, { ...headers, "content-length": String(bytes) }));
  const { offset, length } = range;
  return ok(
    c.body(content, 206, {
      ...headers,
      "content-length": String(length),
      "content-range": `bytes ${offset}-${offset + length - 1}/${bytes}`,
    }),
  );
}

const missingBytes = (id: FileId): RefusalWithHeaders => ({
  code: "not_found",
  message: `The bytes of the file '${id}' are missing from the deployment's storage. Upload it again.`,
});

/** The standard defines `Range` for GET only, and `If-Range` ignores it when the client has another file. */
function findRange(c: AppContext, etag: string): string | undefined {
  const condition = c.req.header("if-range");
  const applies = c.req.method === "GET" && (condition === undefined || condition === etag);
  return applies ? c.req.header("range") : undefined;
}

const refuseRange = (bytes: number): RefusalWithHeaders => ({
  code: "range_not_satisfiable",
  message: `The file has ${bytes} bytes, and the header 'Range' begins after them. Ask for less, or leave the header out.`,
  param: "Range",
  headers: { "content-range": `bytes */${bytes}`, "accept-ranges": "bytes" },
});
