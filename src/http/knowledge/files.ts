import { z } from "zod";

import { type FileId, isFileId, newId } from "../../ids.ts";
import { UPLOAD_MS_MAX } from "../../knowledge/file-upload.ts";
import { FILE_BYTES_MAX, FILE_PURPOSES, fileBody, type StoredFile } from "../../knowledge/file.ts";
import { cutPage } from "../../page.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { CreatedAt, objectType } from "../fields.ts";
import { cursorOf, deletion, listBody, listOfOne, ListQuery, declareList } from "../list.ts";
import { check } from "../request/request.ts";
import { COMPONENTS } from "../route/components.ts";
import { FILE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { type ReadContent, sendContent } from "./file-content.ts";
import { readMultipart, type UploadedPart } from "./multipart.ts";

/** The dependencies of the routes of files. */
export type FileDeps = {
  /** Stores the bytes of an upload. */
  storeBytes(
    fileId: FileId,
    chunks: UploadedPart["chunks"],
  ): Promise<{ bytes: number; sha256: string }>;
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
   * is full.
   */
  add(file: Omit<StoredFile, "corpusShard" | "projectId">): Promise<StoredFile | null>;
  get(fileId: FileId): Promise<StoredFile | null>;
  list(query: z.infer<typeof FilesQuery>): Promise<StoredFile[]>;
  remove(fileId: FileId): Promise<boolean>;
  readonly content: ReadContent;
};

const FilesQuery = ListQuery.omit({ before: true }).extend({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(10_000)
    .describe("Maximum number of files in the page."),
  after: cursorOf("a file", isFileId, "Id of the file that the page begins after."),
  purpose: z.string().optional().describe("Only files with this purpose."),
});

const UploadFields = z.strictObject({
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
/** The part of the body that is read as a stream, as generators of clients know one. */
const FilePart = z
  .unknown()
  .meta({ type: "string", format: "binary", description: "The file, with its name." });
const UploadBody = UploadFields.extend({ file: FilePart });

/** OpenAI's File object. Times are Unix seconds. */
const FileBody = z
  .strictObject({
    id: z.string().describe("Id of the file."),
    object: objectType("file"),
    bytes: z.number().int().describe("Size of the file in bytes."),
    created_at: CreatedAt,
    expires_at: z
      .number()
      .int()
      .optional()
      .describe("Time at which the file is deleted, in Unix seconds; absent when it never is."),
    filename: z.string().describe("Name of the file, cut to 1,000 characters."),
    purpose: z.enum(FILE_PURPOSES).describe("Purpose of the file, as the upload said."),
    status: z
      .literal("processed")
      .describe("Always `processed`: a file can be used as soon as it is uploaded."),
  })
  .register(COMPONENTS, { id: "UploadedFile" });

const EXAMPLE = {
  id: FILE_PARAM.example,
  object: "file",
  bytes: 18_204,
  created_at: 1_795_000_000,
  filename: "handbook.md",
  purpose: "assistants",
  status: "processed",
} satisfies z.input<typeof FileBody>;

const DELETED = deletion("file");
const route = routesWith<FileDeps>();
const OF_PROJECT = { access: "project", tag: "Files" } as const;
const params = { file_id: FILE_PARAM };

/**
 * The routes of OpenAI's files. The bytes of an upload are streamed to R2; all other data of a file is a row in the
 * catalog database.
 */
export const fileRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/files",
      summary: "Upload a file",
      description: "PDF, Word, HTML, Markdown, text, CSV, JSON and others, up to 99 MB.",
      body: UploadBody,
      bodyType: "multipart/form-data",
      response: FileBody,
      example: { body: { purpose: "assistants", file: "handbook.md" }, response: EXAMPLE },
    },
    ({ c, deps }) => upload(c.req.raw, deps),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/files",
      summary: "List files",
      query: FilesQuery,
      response: declareList(FileBody),
      example: { query: { purpose: "assistants" }, response: listOfOne(EXAMPLE) },
    },
    async ({ deps, query }) => {
      const files = await deps.list({ ...query, limit: query.limit + 1 });
      const { rows, hasMore } = cutPage(files, query);
      return ok(listBody({ rows: rows.map(fileBody), hasMore }));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/files/{file_id}",
      summary: "Get a file",
      params,
      response: FileBody,
      example: { response: EXAMPLE },
    },
    async ({ deps, params: { file_id: id } }) => {
      const file = await deps.get(id);
      return file ? ok(fileBody(file)) : err(notFound("file", id));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/files/{file_id}/content",
      summary: "Download a file",
      params,
      response: null,
      description: "With the header `Range`, a part of the bytes.",
      media: [
        {
          contentType: "application/octet-stream",
          description: "The bytes as uploaded",
          example: "# Handbook\n\nEmployees have 30 days of annual leave.\n",
        },
        {
          contentType: "application/octet-stream",
          description: "With `Range`",
          status: 206,
          example: "# Handbook\n",
        },
      ],
      refusals: ["range_not_satisfiable"],
      example: {},
    },
    async ({ c, deps, params: { file_id: id } }) => {
      const file = await deps.get(id);
      return file ? await sendContent(c, file, deps.content) : err(notFound("file", id));
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "DELETE",
      path: "/v1/files/{file_id}",
      summary: "Delete a file",
      description:
        "The file is removed from every vector store: no search finds it after this answer.",
      params,
      response: DELETED.schema,
      example: { response: DELETED.body(FILE_PARAM.example) },
    },
    async ({ deps, params: { file_id: id } }) =>
      (await deps.remove(id)) ? ok(DELETED.body(id)) : err(notFound("file", id)),
  ),
];

type NewFile = Parameters<FileDeps["add"]>[0];

/** Stores the bytes first and the row last. An upload that is refused or fails in between leaves nothing. */
async function upload(request: Request, deps: FileDeps) {
  const id = newId("file-");
  const received = await receive(request, id, deps).catch(async (error: unknown) => {
    await deps.discard(id);
    throw error;
  });
  const added = received.ok ? await addFile(deps, received.value) : received;
  if (added.ok) return ok(fileBody(added.value));
  await deps.discard(id);
  return added;
}

/** Reads the body and stores its file's bytes. */
async function receive(
  request: Request,
  id: FileId,
  deps: FileDeps,
): Promise<Result<NewFile, Refusal>> {
  const bounds = { fileBytes: FILE_BYTES_MAX, bodyMs: UPLOAD_MS_MAX };
  const read = await readMultipart(request, bounds, async ({ filename, chunks }) => ({
    filename,
    ...(await deps.storeBytes(id, chunks)),
  }));
  if (!read.ok) return read;
  const fields = check(UploadFields, read.value.fields);
  if (!fields.ok) return fields;
  const { filename, bytes, sha256 } = read.value.file;
  if (bytes === 0) return err(EMPTY);
  const createdAt = Math.floor(Date.now() / 1000);
  const seconds = fields.value["expires_after[seconds]"];
  return ok({
    id,
    filename: filename.slice(0, 1_000),
    purpose: fields.value.purpose,
    bytes,
    sha256,
    createdAt,
    expiresAt: seconds === undefined ? null : createdAt + seconds,
  });
}

/** Adds the file. Its answer may be lost: then the file is there, or can no longer be added. */
async function addFile(deps: FileDeps, file: NewFile): Promise<Result<StoredFile, Refusal>> {
  try {
    const added = await deps.add(file);
    return added ? ok(added) : err(FULL);
  } catch (error) {
    const added = await deps.settle(file.id);
    if (!added) throw error;
    return ok(added);
  }
}

const EMPTY: Refusal = {
  code: "invalid_request",
  message: "The file is empty. Upload a file that has content.",
  param: "file",
};
const FULL: Refusal = {
  code: "storage_full",
  message: "Every corpus database is full. The operator can add one as the binding CORPUS_n.",
};
