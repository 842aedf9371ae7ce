import { z } from "zod";

import { type FileBatchId, isFileBatchId, newId, type VectorStoreId } from "../../ids.ts";
import { CHUNKING_AUTO } from "../../knowledge/chunking.ts";
import type {
  FileBatchView,
  FilePage,
  FileToAttach,
  PageQuery,
} from "../../knowledge/vector-store-types.ts";
import type { Refusal } from "../../refusal.ts";
import { claimOn } from "../../request-key.ts";
import { ok, type Result } from "../../result.ts";
import { listOfOne, declareList } from "../list.ts";
import { replayable } from "../request/idempotency-key.ts";
import { CHANGES, Reply } from "../route/declaration.ts";
import { FILE_PARAM, FILE_BATCH_PARAM, VECTOR_STORE_PARAM } from "../route/param.ts";
import { routesWith } from "../route/route.ts";
import {
  AttachBody,
  type AttachDeps,
  attachOnce,
  findAdmitted,
  listFiles,
  StoreFilesQuery,
} from "./attach.ts";
import { AttributesParam, ChunkingParam } from "./knowledge-params.ts";
import {
  FILE_BATCH_EXAMPLE,
  fileBatchBody,
  FileBatchBody,
  pollHeaders,
  STORE_FILE_EXAMPLE,
  StoreFileBody,
} from "./vector-store-body.ts";

/** The dependencies of the routes of file batches. */
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
    file_ids: z
      .array(z.string())
      .min(1)
      .max(FILES_MAX)
      .optional()
      .describe(
        "Ids of the files to attach with the same settings, 1 to 2,000. Send either this or `files`.",
      ),
    files: z
      .array(AttachBody)
      .min(1)
      .max(FILES_MAX)
      .optional()
      .describe("The files to attach, 1 to 2,000, each with its own settings."),
    attributes: AttributesParam.optional(),
    chunking_strategy: ChunkingParam,
  })
  .refine((body) => (body.file_ids === undefined) !== (body.files === undefined), {
    error: "Send either 'file_ids' or 'files'",
  });

const route = routesWith<FileBatchDeps>();
const OF_PROJECT = {
  access: "project",
  tag: "File batches",
  refusals: ["vector_store_expired"],
} as const;
const params = { vector_store_id: VECTOR_STORE_PARAM, batch_id: FILE_BATCH_PARAM };
const ONE = "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}";

/**
 * The routes of OpenAI's file batches: up to 2,000 files are attached to a vector store in one request and have one
 * common status.
 */
export const fileBatchRoutes = [
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: "/v1/vector_stores/{vector_store_id}/file_batches",
      summary: "Attach files as a batch",
      params: { vector_store_id: VECTOR_STORE_PARAM },
      body: BatchBody,
      idempotency: "by key",
      response: FileBatchBody,
      refusals: ["vector_store_expired", "backlog_full"],
      example: { body: { file_ids: [FILE_PARAM.example] }, response: FILE_BATCH_EXAMPLE },
    },
    async ({ c, deps, params: { vector_store_id: storeId }, body, key }) => {
      const findFiles = () => findAdmitted(deps, storeId, readFiles(body), "files");
      if (key) {
        const batchId = `vsfb_${key.today.part}` as const;
        const place = { batchId, claim: claimOn(key, key.today) };
        const made = replayable(c, await attachOnce(deps, storeId, findFiles, place));
        if (!made.ok) return made;
        const [id = ""] = made.value;
        return shown(await deps.batch(storeId, isFileBatchId(id) ? id : batchId));
      }
      const found = await findFiles();
      if (!found.ok) return found;
      const batchId = newId("vsfb_");
      const attached = await deps.attach(storeId, found.value, batchId);
      return attached.ok ? shown(await deps.batch(storeId, batchId)) : attached;
    },
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: ONE,
      summary: "Get a file batch",
      watched: true,
      params,
      response: FileBatchBody,
      example: { response: FILE_BATCH_EXAMPLE },
    },
    async ({ deps, params: { vector_store_id: storeId, batch_id: batchId } }) =>
      shown(await deps.batch(storeId, batchId)),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "POST",
      path: `${ONE}/cancel`,
      summary: "Cancel a file batch",
      description: "Files that are not indexed yet are cancelled; the others stay.",
      params,
      idempotency: CHANGES,
      response: FileBatchBody,
      example: { response: { ...FILE_BATCH_EXAMPLE, status: "cancelled" } },
    },
    async ({ deps, params: { vector_store_id: storeId, batch_id: batchId } }) =>
      shown(await deps.cancelBatch(storeId, batchId)),
  ),
  route(
    {
      ...OF_PROJECT,
      method: "GET",
      path: `${ONE}/files`,
      summary: "List the files of a file batch",
      params,
      query: StoreFilesQuery,
      response: declareList(StoreFileBody),
      example: { query: { filter: "failed" }, response: listOfOne(STORE_FILE_EXAMPLE) },
    },
    ({ deps, params: { vector_store_id: storeId, batch_id: batchId }, query }) =>
      listFiles(query, (page) => deps.batchFiles(storeId, batchId, page)),
  ),
];

const shown = (batch: Result<FileBatchView, Refusal>) =>
  batch.ok ? ok(new Reply(fileBatchBody(batch.value), pollHeaders(batch.value.status))) : batch;

/** Reads the files that a batch names. With `files`, each file has its own settings for indexing. */
function readFiles(body: z.output<typeof BatchBody>): FileToAttach[] {
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
