import { z } from "zod";

import { type FileId, isFileId, newId } from "../../ids.ts";
import { readCharset } from "../../knowledge/content-type.ts";
import { UPLOAD_MS_MAX } from "../../knowledge/file-upload.ts";
import { FILE_BYTES_MAX, FILE_PURPOSES, type StoredFile } from "../../knowledge/file.ts";
import type { Refusal } from "../../refusal.ts";
import {
  type Created,
  digestContent,
  KEY_REUSED,
  KEY_SPENT,
  type RequestKey,
} from "../../request-key.ts";
import { err, ok, type Result } from "../../result.ts";
import { sha256Hex } from "../../sha256.ts";
import { check } from "../request/request.ts";
import { readMultipart, type UploadedPart } from "./multipart.ts";

const FILENAME_LENGTH_MAX = 1_000;

/** Reads the bytes of an upload. Returns their number, and their SHA-256 in hex. */
type ReadBytes = (
  fileId: FileId,
  part: Pick<UploadedPart, "chunks" | "contentType">,
) => Promise<{ bytes: number; sha256: string }>;

/** The file that an idempotency key has created: its id, and the digest of the content of the request. */
type MadeFile = { readonly content: string; readonly made: string };

/** The dependencies of `uploadFile`. */
export type UploadDeps = {
  /** Stores the bytes of an upload. */
  readonly storeBytes: ReadBytes;
  /** Reads the bytes of an upload without storing them. */
  readonly measure: ReadBytes;
  /**
   * Erases the bytes of an upload that did not become a file. If that fails, a periodic sweep erases them later. Never
   * rejects.
   */
  discard(fileId: FileId): Promise<unknown>;
  /**
   * Erases the bytes of an upload after `add` has failed. If `add` did create the file and only the result of the call
   * was lost, keeps the bytes and returns the file; otherwise returns null. Never rejects.
   */
  settle(fileId: FileId): Promise<StoredFile | null>;
  /**
   * Turns a complete upload into a file. Returns null if every corpus database (D1 databases for the chunks of files)
   * is full, or if the request's idempotency key has created a file.
   */
  add(file: NewFile, key: RequestKey | null): Promise<StoredFile | null>;
  /** Finds the file that an idempotency key has created, also if it was deleted since; null if it has created none. */
  findMade(key: RequestKey): Promise<MadeFile | null>;
  get(fileId: FileId): Promise<StoredFile | null>;
};

type NewFile = Omit<StoredFile, "corpusShard" | "projectId">;

/** The schema of the fields of an upload, besides the file. */
export const UploadFields = z.strictObject({
  purpose: z
    .enum(FILE_PURPOSES)
    .describe("Purpose of the file. Every file can be used in every way, whatever its purpose."),
  "expires_after[anchor]": z
    .literal("created_at")
    .optional()
    .describe("Seconds are counted from the upload."),
  "expires_after[seconds]": z.coerce
    .number()
    .int()
    .min(3_600)
    .max(2_592_000)
    .optional()
    .describe(
      "Number of seconds after which the file is deleted, 3,600 (an hour) to 2,592,000 (30 days); never by default.",
    ),
});

/**
 * Receives a file. Stores the bytes first and the row last, so that an upload that is refused or fails in between leaves
 * nothing. With the idempotency key of an earlier upload, the bytes are only compared with those of its file.
 */
export async function uploadFile(
  request: Request,
  deps: UploadDeps,
  key: RequestKey | null,
): Promise<Result<Created<StoredFile>, Refusal>> {
  const earlier = key && (await deps.findMade(key));
  const id = newId("file-");
  if (earlier) {
    const sent = await receive(request, id, deps.measure);
    return sent.ok ? await replayFile(deps, sent.value, earlier) : sent;
  }
  const received = await receive(request, id, deps.storeBytes).catch(async (error: unknown) => {
    await deps.discard(id);
    throw error;
  });
  const added = received.ok ? await addFile(deps, received.value, key) : received;
  if (!added.ok || added.value.isReplayed) await deps.discard(id);
  return added;
}

/** Reads the body and stores its file's bytes, or only reads them. */
async function receive(
  request: Request,
  id: FileId,
  readBytes: ReadBytes,
): Promise<Result<NewFile, Refusal>> {
  const bounds = { fileBytes: FILE_BYTES_MAX, bodyMs: UPLOAD_MS_MAX };
  const read = await readMultipart(request, bounds, async (part) => ({
    filename: part.filename,
    charset: readCharset(part.contentType),
    ...(await readBytes(id, part)),
  }));
  if (!read.ok) return read;
  const fields = check(UploadFields, read.value.fields);
  if (!fields.ok) return fields;
  const { filename, bytes, sha256, charset } = read.value.file;
  if (bytes === 0) return err(EMPTY);
  const createdAt = Math.floor(Date.now() / 1000);
  const seconds = fields.value["expires_after[seconds]"];
  return ok({
    id,
    // Without the first half of a character that the cut goes through.
    filename: filename.slice(0, FILENAME_LENGTH_MAX).replace(/[\uD800-\uDBFF]$/, ""),
    purpose: fields.value.purpose,
    bytes,
    // The same bytes in another encoding are another text.
    sha256: charset === null ? sha256 : await sha256Hex(`${sha256} ${charset}`),
    createdAt,
    expiresAt: seconds === undefined ? null : createdAt + seconds,
  });
}

/**
 * Adds the file, unless its key has created one meanwhile. Its answer may be lost: then the file is there, or can no
 * longer be added.
 */
async function addFile(
  deps: UploadDeps,
  file: NewFile,
  key: RequestKey | null,
): Promise<Result<Created<StoredFile>, Refusal>> {
  try {
    const keyed = key && { ...key, content: await digestFile(file) };
    const added = await deps.add(file, keyed);
    if (added) return ok({ value: added, isReplayed: false });
    const earlier = key && (await deps.findMade(key));
    return earlier ? await replayFile(deps, file, earlier) : err(FULL);
  } catch (error) {
    const added = await deps.settle(file.id);
    if (!added) throw error;
    return ok({ value: added, isReplayed: false });
  }
}

/** Returns the file that a key has created, if it is the same as `sent`. */
async function replayFile(
  deps: UploadDeps,
  sent: NewFile,
  { content, made }: MadeFile,
): Promise<Result<Created<StoredFile>, Refusal>> {
  if (content !== (await digestFile(sent))) return err(KEY_REUSED);
  const file = isFileId(made) ? await deps.get(made) : null;
  return file ? ok({ value: file, isReplayed: true }) : err(KEY_SPENT);
}

/** Computes the digest of an upload: of its bytes, and of what its fields say. */
const digestFile = ({ filename, purpose, sha256, createdAt, expiresAt }: NewFile) =>
  digestContent({
    filename,
    purpose,
    sha256,
    expiresAfter: expiresAt === null ? null : expiresAt - createdAt,
  });

const EMPTY: Refusal = {
  code: "invalid_request",
  message: "The file is empty. Upload a file that has content.",
  param: "file",
};
const FULL: Refusal = {
  code: "storage_full",
  message:
    "Every database for the texts of files is full, so no file can be uploaded. Delete files, or ask the operator to add a database.",
};
