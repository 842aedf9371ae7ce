import { Hono } from "hono";
import { z } from "zod";

import { isFileBatchId, newId, type FileBatchId, type VectorStoreId } from "../../ids.ts";
import { CHUNKING_AUTO } from "../../knowledge/chunking.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type {
  FileBatchView,
  FilePage,
  FileToAttach,
  PageQuery,
} from "../../knowledge/vector-store-types.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { problem } from "../problem.ts";
import type { RequestShapes } from "../request/request-shape.ts";
import { readJson } from "../request/request.ts";
import { AttributesParam, ChunkingParam } from "./knowledge-params.ts";
import { fileBatchBody, pollHeaders } from "./vector-store-body.ts";
import { AttachBody, type AttachDeps, listFiles, StoreFilesQuery } from "./vector-store-files.ts";
import { storeIdOf } from "./vector-store-id.ts";

export type FileBatchDeps = AttachDeps & {
  batch(storeId: VectorStoreId, batchId: FileBatchId): Promise<Result<FileBatchView, Refusal>>;
  cancelBatch(
    storeId: VectorStoreId,
    batchId: FileBatchId,
  ): Promise<Result<FileBatchView, Refusal>>;
  batchFiles(
    storeId: VectorStoreId,
    batchId: FileBatchId,
    query: PageQuery,
  ): Promise<Result<FilePage, Refusal>>;
};

const FILES_MAX = 2_000;

const BatchBody = z
  .strictObject({
    file_ids: z.array(z.string()).min(1).max(FILES_MAX).optional(),
    files: z.array(AttachBody).min(1).max(FILES_MAX).optional(),
    attributes: AttributesParam.optional(),
    chunking_strategy: ChunkingParam.nullish(),
  })
  .refine((body) => (body.file_ids === undefined) !== (body.files === undefined), {
    error: "Send either 'file_ids' or 'files'",
  });

export const FILE_BATCH_REQUESTS: RequestShapes = {
  "POST /v1/vector_stores/{vector_store_id}/file_batches": { body: BatchBody },
  "GET /v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/files": {
    query: StoreFilesQuery,
  },
};

/** OpenAI's file batches: up to 2,000 files attached in one request and followed by one status. */
export const fileBatchRoutes = (depsFor: (env: Env, scope: Scope) => FileBatchDeps) =>
  new Hono<AppEnv>()
    .post("/:storeId/file_batches", async (c) => {
      const batch = await create(c, depsFor(c.env, c.get("scope")));
      return render(c, batch);
    })
    .get("/:storeId/file_batches/:batchId", async (c) => {
      const ids = idsOf(c);
      if (!ids.ok) return problem(c, ids.error);
      const { storeId, batchId } = ids.value;
      return render(c, await depsFor(c.env, c.get("scope")).batch(storeId, batchId));
    })
    .post("/:storeId/file_batches/:batchId/cancel", async (c) => {
      const ids = idsOf(c);
      if (!ids.ok) return problem(c, ids.error);
      const { storeId, batchId } = ids.value;
      return render(c, await depsFor(c.env, c.get("scope")).cancelBatch(storeId, batchId));
    })
    .get("/:storeId/file_batches/:batchId/files", async (c) => {
      const ids = idsOf(c);
      if (!ids.ok) return problem(c, ids.error);
      const { storeId, batchId } = ids.value;
      const deps = depsFor(c.env, c.get("scope"));
      return await listFiles(c, (query) => deps.batchFiles(storeId, batchId, query));
    });

async function create(c: AppContext, deps: FileBatchDeps): Promise<Result<FileBatchView, Refusal>> {
  const storeId = storeIdOf(c);
  if (!storeId.ok) return storeId;
  const body = await readJson(c, BatchBody);
  if (!body.ok) return body;
  const found = await deps.findFiles(storeId.value, filesOf(body.value));
  if (!found.ok) return found;
  const batchId = newId("vsfb_");
  const attached = await deps.attach(storeId.value, found.value, batchId);
  return attached.ok ? await deps.batch(storeId.value, batchId) : attached;
}

/** With `files`, each says for itself how it is indexed, and what stands beside it does not count. */
function filesOf(body: z.infer<typeof BatchBody>): FileToAttach[] {
  if (body.files) {
    return body.files.map(({ file_id, attributes = {}, chunking_strategy }, index) => ({
      fileId: file_id,
      attributes,
      chunking: chunking_strategy ?? CHUNKING_AUTO,
      param: `files[${index}].file_id`,
    }));
  }
  const { file_ids = [], attributes = {}, chunking_strategy } = body;
  const chunking = chunking_strategy ?? CHUNKING_AUTO;
  return file_ids.map((fileId, index) => ({
    fileId,
    attributes,
    chunking,
    param: `file_ids[${index}]`,
  }));
}

function render(c: AppContext, batch: Result<FileBatchView, Refusal>): Response {
  if (!batch.ok) return problem(c, batch.error);
  return c.json(fileBatchBody(batch.value), 200, pollHeaders(batch.value.status));
}

function idsOf(c: AppContext): Result<{ storeId: VectorStoreId; batchId: FileBatchId }, Refusal> {
  const storeId = storeIdOf(c);
  if (!storeId.ok) return storeId;
  const batchId = c.req.param("batchId") ?? "";
  if (!isFileBatchId(batchId)) return err(notFound("file batch", batchId));
  return ok({ storeId: storeId.value, batchId });
}
