import { Hono } from "hono";
import { z } from "zod";

import { isFileId, type FileBatchId, type FileId, type VectorStoreId } from "../../ids.ts";
import type { Attributes } from "../../knowledge/attributes.ts";
import { CHUNKING_AUTO } from "../../knowledge/chunking.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type {
  AttachRequest,
  FilePage,
  FileToAttach,
  PageQuery,
  StoreFileView,
} from "../../knowledge/vector-store-types.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { listBody, ListQuery } from "../list.ts";
import { problem } from "../problem.ts";
import type { RequestShapes } from "../request/request-shape.ts";
import { readJson, readQuery } from "../request/request.ts";
import { AttributesParam, ChunkingParam } from "./knowledge-params.ts";
import { pollHeaders, storeFileBody } from "./vector-store-body.ts";
import { storeIdOf } from "./vector-store-id.ts";

export type AttachDeps = {
  /** Finds the project's files and records that they are attached to this store, so that deleting one finds it. */
  findFiles(
    storeId: VectorStoreId,
    files: readonly FileToAttach[],
  ): Promise<Result<AttachRequest[], Refusal>>;
  attach(
    storeId: VectorStoreId,
    files: readonly AttachRequest[],
    batchId: FileBatchId | null,
  ): Promise<Result<StoreFileView[], Refusal>>;
};

export type StoreFileDeps = AttachDeps & {
  file(storeId: VectorStoreId, fileId: FileId): Promise<Result<StoreFileView, Refusal>>;
  files(storeId: VectorStoreId, query: PageQuery): Promise<Result<FilePage, Refusal>>;
  updateAttributes(
    storeId: VectorStoreId,
    fileId: FileId,
    attributes: Attributes,
  ): Promise<Result<StoreFileView, Refusal>>;
  detach(storeId: VectorStoreId, fileId: FileId): Promise<Result<null, Refusal>>;
  /** The text that was extracted from the file; null when there is none. */
  text(fileId: FileId): Promise<string | null>;
};

export const AttachBody = z.strictObject({
  file_id: z.string(),
  attributes: AttributesParam.optional(),
  chunking_strategy: ChunkingParam.nullish(),
});

const AttributesBody = z.strictObject({ attributes: AttributesParam });

export const StoreFilesQuery = ListQuery.extend({
  filter: z.enum(["in_progress", "completed", "failed", "cancelled"]).optional(),
});

export const STORE_FILE_REQUESTS: RequestShapes = {
  "POST /v1/vector_stores/{vector_store_id}/files": { body: AttachBody },
  "GET /v1/vector_stores/{vector_store_id}/files": { query: StoreFilesQuery },
  "POST /v1/vector_stores/{vector_store_id}/files/{file_id}": { body: AttributesBody },
};

/** OpenAI's files of a vector store: attach, list, read, change attributes, detach, extracted text. */
export const vectorStoreFileRoutes = (depsFor: (env: Env, scope: Scope) => StoreFileDeps) =>
  new Hono<AppEnv>()
    .post("/:storeId/files", async (c) => {
      const attached = await attach(c, depsFor(c.env, c.get("scope")));
      return attached.ok ? c.json(storeFileBody(attached.value)) : problem(c, attached.error);
    })
    .get("/:storeId/files", async (c) => {
      const id = storeIdOf(c);
      if (!id.ok) return problem(c, id.error);
      return await listFiles(c, (query) => depsFor(c.env, c.get("scope")).files(id.value, query));
    })
    .get("/:storeId/files/:fileId", async (c) => {
      const ids = idsOf(c);
      if (!ids.ok) return problem(c, ids.error);
      const file = await depsFor(c.env, c.get("scope")).file(ids.value.storeId, ids.value.fileId);
      if (!file.ok) return problem(c, file.error);
      return c.json(storeFileBody(file.value), 200, pollHeaders(file.value.status));
    })
    .post("/:storeId/files/:fileId", async (c) => {
      const ids = idsOf(c);
      if (!ids.ok) return problem(c, ids.error);
      const body = await readJson(c, AttributesBody);
      if (!body.ok) return problem(c, body.error);
      const { storeId, fileId } = ids.value;
      const { attributes } = body.value;
      const deps = depsFor(c.env, c.get("scope"));
      const file = await deps.updateAttributes(storeId, fileId, attributes);
      return file.ok ? c.json(storeFileBody(file.value)) : problem(c, file.error);
    })
    .delete("/:storeId/files/:fileId", async (c) => {
      const ids = idsOf(c);
      if (!ids.ok) return problem(c, ids.error);
      const { storeId, fileId } = ids.value;
      const detached = await depsFor(c.env, c.get("scope")).detach(storeId, fileId);
      if (!detached.ok) return problem(c, detached.error);
      return c.json({ id: fileId, object: "vector_store.file.deleted", deleted: true });
    })
    .get("/:storeId/files/:fileId/content", async (c) => {
      const ids = idsOf(c);
      if (!ids.ok) return problem(c, ids.error);
      const deps = depsFor(c.env, c.get("scope"));
      const file = await deps.file(ids.value.storeId, ids.value.fileId);
      if (!file.ok) return problem(c, file.error);
      const text = await deps.text(file.value.textOf);
      if (text === null) return problem(c, noText(file.value), pollHeaders(file.value.status));
      return c.json({
        object: "vector_store.file_content.page",
        data: [{ type: "text", text }],
        has_more: false,
        next_page: null,
      });
    });

/** Reads a list's query, asks for the page and renders it. */
export async function listFiles(
  c: AppContext,
  page: (query: PageQuery) => Promise<Result<FilePage, Refusal>>,
): Promise<Response> {
  const query = readQuery(c, StoreFilesQuery);
  if (!query.ok) return problem(c, query.error);
  const { limit, order, after, before, filter } = query.value;
  const cursors = [after, before].map((cursor) =>
    cursor !== undefined && isFileId(cursor) ? cursor : null,
  );
  const unknown = [after, before].findIndex((id, index) => id !== undefined && !cursors[index]);
  if (unknown >= 0) {
    const param = unknown === 0 ? "after" : "before";
    return problem(c, { code: "invalid_request", message: `'${param}' is not a file id.`, param });
  }
  const [afterId = null, beforeId = null] = cursors;
  const status = filter ?? null;
  const files = await page({ limit, order, after: afterId, before: beforeId, status });
  if (!files.ok) return problem(c, files.error);
  const data = files.value.files.map(storeFileBody);
  return c.json({ ...listBody(data, limit), has_more: files.value.hasMore });
}

async function attach(c: AppContext, deps: AttachDeps): Promise<Result<StoreFileView, Refusal>> {
  const id = storeIdOf(c);
  if (!id.ok) return id;
  const body = await readJson(c, AttachBody);
  if (!body.ok) return body;
  const { file_id: fileId, attributes = {}, chunking_strategy } = body.value;
  const chunking = chunking_strategy ?? CHUNKING_AUTO;
  const found = await deps.findFiles(id.value, [
    { fileId, attributes, chunking, param: "file_id" },
  ]);
  if (!found.ok) return found;
  const attached = await deps.attach(id.value, found.value, null);
  if (!attached.ok) return attached;
  const [file] = attached.value;
  return file ? ok(file) : err(notFound("file", fileId, "file_id"));
}

function idsOf(c: AppContext): Result<{ storeId: VectorStoreId; fileId: FileId }, Refusal> {
  const storeId = storeIdOf(c);
  if (!storeId.ok) return storeId;
  const fileId = c.req.param("fileId") ?? "";
  if (!isFileId(fileId)) return err(notFound("vector store file", fileId));
  return ok({ storeId: storeId.value, fileId });
}

function noText({ id, status }: StoreFileView): Refusal {
  const message =
    status === "in_progress"
      ? `The text of ${id} is not extracted yet. Poll the file until its status is completed.`
      : `There is no extracted text of ${id}, whose status is ${status}.`;
  return { code: "not_found", message };
}
