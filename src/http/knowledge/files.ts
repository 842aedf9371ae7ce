import { Hono } from "hono";
import { z } from "zod";

import { isFileId, newId, type FileId } from "../../ids.ts";
import { FILE_BYTES_MAX, FILE_PURPOSES, fileBody, type StoredFile } from "../../knowledge/file.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { notFound } from "../../refusal.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { ListQuery, listBody } from "../list.ts";
import { problem } from "../problem.ts";
import type { RequestShapes } from "../request/request-shape.ts";
import { check, readQuery } from "../request/request.ts";
import { readMultipart, type UploadedPart } from "./multipart.ts";

export type FileDeps = {
  storeBytes(
    fileId: FileId,
    chunks: UploadedPart["chunks"],
  ): Promise<{ bytes: number; sha256: string }>;
  deleteBytes(fileId: FileId): Promise<void>;
  /** Null when every corpus shard is full. */
  add(file: Omit<StoredFile, "corpusShard" | "projectId">): Promise<StoredFile | null>;
  get(fileId: FileId): Promise<StoredFile | null>;
  list(query: z.infer<typeof FilesQuery>): Promise<StoredFile[]>;
  remove(fileId: FileId): Promise<boolean>;
  content(fileId: FileId): Promise<ReadableStream | null>;
};

const FilesQuery = ListQuery.omit({ before: true }).extend({
  limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
  purpose: z.string().optional(),
});

const UploadFields = z.strictObject({
  purpose: z.enum(FILE_PURPOSES),
  "expires_after[anchor]": z.literal("created_at").optional(),
  "expires_after[seconds]": z.coerce.number().int().min(3_600).max(2_592_000).optional(),
});

export const FILE_REQUESTS: RequestShapes = {
  "POST /v1/files": { body: UploadFields.extend({ file: z.unknown() }) },
  "GET /v1/files": { query: FilesQuery },
};

/** OpenAI's Files API. Uploads stream to R2; everything else is a row of CATALOG. */
export const fileRoutes = (depsFor: (env: Env, scope: Scope) => FileDeps) =>
  new Hono<AppEnv>()
    .post("/", (c) => upload(c, depsFor(c.env, c.get("scope"))))
    .get("/", async (c) => {
      const query = readQuery(c, FilesQuery);
      if (!query.ok) return problem(c, query.error);
      const { limit } = query.value;
      const files = await depsFor(c.env, c.get("scope")).list({ ...query.value, limit: limit + 1 });
      return c.json(listBody(files.map(fileBody), limit));
    })
    .get("/:fileId", async (c) => {
      const { fileId } = c.req.param();
      const file = isFileId(fileId) ? await depsFor(c.env, c.get("scope")).get(fileId) : null;
      return file ? c.json(fileBody(file)) : problem(c, notFound("file", fileId));
    })
    .get("/:fileId/content", async (c) => {
      const { fileId } = c.req.param();
      const deps = depsFor(c.env, c.get("scope"));
      const file = isFileId(fileId) ? await deps.get(fileId) : null;
      const content = file && (await deps.content(file.id));
      if (!file || !content) return problem(c, notFound("file", fileId));
      return c.body(content, 200, {
        "content-type": "application/octet-stream",
        "content-length": String(file.bytes),
        "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.filename)}`,
      });
    })
    .delete("/:fileId", async (c) => {
      const { fileId } = c.req.param();
      const removed = isFileId(fileId) && (await depsFor(c.env, c.get("scope")).remove(fileId));
      if (!removed) return problem(c, notFound("file", fileId));
      return c.json({ id: fileId, object: "file", deleted: true });
    });

async function upload(c: AppContext, deps: FileDeps): Promise<Response> {
  const id = newId("file-");
  const read = await readMultipart(c.req.raw, FILE_BYTES_MAX, async ({ filename, chunks }) => ({
    filename,
    ...(await deps.storeBytes(id, chunks)),
  }));
  if (!read.ok) {
    await deps.deleteBytes(id);
    return problem(c, read.error);
  }
  const fields = check(UploadFields, read.value.fields);
  const { filename, bytes, sha256 } = read.value.file;
  if (!fields.ok || bytes === 0) {
    await deps.deleteBytes(id);
    const empty = {
      code: "invalid_request",
      message: "The file is empty.",
      param: "file",
    } as const;
    return problem(c, fields.ok ? empty : fields.error);
  }
  const createdAt = Math.floor(Date.now() / 1000);
  const seconds = fields.value["expires_after[seconds]"];
  const file = await deps.add({
    id,
    filename: filename.slice(0, 1_000),
    purpose: fields.value.purpose,
    bytes,
    sha256,
    createdAt,
    expiresAt: seconds === undefined ? null : createdAt + seconds,
  });
  if (!file) {
    await deps.deleteBytes(id);
    const message = "Every corpus database is full. The operator adds one as the binding CORPUS_n.";
    return problem(c, { code: "service_unavailable", message });
  }
  return c.json(fileBody(file));
}
