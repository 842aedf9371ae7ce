import { z } from "zod";

import { type FileId, isFileId } from "../../ids.ts";
import { FILE_PURPOSES, fileBody, type StoredFile } from "../../knowledge/file.ts";
import { cutPage } from "../../page.ts";
import { notFound } from "../../refusal.ts";
import { err, ok } from "../../result.ts";
import { CreatedAt, objectType } from "../fields.ts";
import { cursorOf, deletion, listBody, listOfOne, ListQuery, declareList } from "../list.ts";
import { replayable } from "../request/idempotency-key.ts";
import { COMPONENTS } from "../route/components.ts";
import { FILE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import { type ReadContent, sendContent } from "./file-content.ts";
import { UploadFields, uploadFile, type UploadDeps } from "./upload-file.ts";

/** The dependencies of the routes of files. */
export type FileDeps = UploadDeps & {
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
      description:
        "PDF, Word, HTML, Markdown, text, CSV, JSON and others, up to 99 MB. In the name of the file, `%22`, `%0D` and `%0A` are read as a quote and the ends of a line, as browsers and curl write them; every other `%` stays. A name in `filename*` (RFC 5987) is read as it is.",
      body: UploadBody,
      bodyType: "multipart/form-data",
      idempotency: "by key",
      response: FileBody,
      example: { body: { purpose: "assistants", file: "handbook.md" }, response: EXAMPLE },
    },
    async ({ c, deps, key }) => {
      const file = replayable(c, await uploadFile(c.req.raw, deps, key));
      return file.ok ? ok(fileBody(file.value)) : file;
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: "/v1/files",
      summary: "List files",
      watched: true,
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
      watched: true,
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
