import { z } from "zod";

import { type FileBatchId, isFileId, type VectorStoreId } from "../../ids.ts";
import type {
  AttachRequest,
  FilePage,
  FileToAttach,
  PageQuery,
  StoreFileView,
} from "../../knowledge/vector-store-types.ts";
import type { AdmissionDeps } from "../../lanes/admit-work.ts";
import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { listBody, ListQuery } from "../list.ts";
import { AttributesParam, ChunkingParam } from "./knowledge-params.ts";
import { storeFileBody } from "./vector-store-body.ts";
import { FileIncludeQuery } from "./warnings-body.ts";

/** The dependencies for attaching files to a vector store and listing them. */
export type AttachDeps = AdmissionDeps & {
  /**
   * Finds the files in the project and records in the catalog that they are attached to this vector store, so that the
   * deletion of a file also removes it from the store. Refuses files that do not exist.
   */
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

/**
 * The schema of the part of a request that names a file to attach to a vector store, with attributes and a chunking
 * strategy.
 */
export const AttachBody = z.strictObject({
  file_id: z.string().describe("Id of an uploaded file."),
  attributes: AttributesParam.optional(),
  chunking_strategy: ChunkingParam,
});

/** The schema of the query parameters with which a vector store's files are listed. */
export const StoreFilesQuery = ListQuery.extend({
  filter: z
    .enum(["in_progress", "completed", "failed", "cancelled"])
    .optional()
    .describe("Only files with this status."),
  include: FileIncludeQuery,
});

/**
 * Answers a request to list files of a vector store or of a batch: checks the cursors in the query, reads the page with
 * `page`, and builds the response body.
 */
export async function listFiles(
  { limit, order, after, before, filter, include }: z.output<typeof StoreFilesQuery>,
  page: (query: PageQuery) => Promise<Result<FilePage, Refusal>>,
) {
  const afterId = readCursor("after", after);
  if (!afterId.ok) return afterId;
  const beforeId = readCursor("before", before);
  if (!beforeId.ok) return beforeId;
  const query = { limit, order, after: afterId.value, before: beforeId.value };
  const files = await page({ ...query, status: filter ?? null });
  if (!files.ok) return files;
  const { hasMore } = files.value;
  return ok(
    listBody({ rows: files.value.files.map((file) => storeFileBody(file, include)), hasMore }),
  );
}

function readCursor(param: "after" | "before", cursor: string | undefined) {
  if (cursor === undefined) return ok(null);
  if (isFileId(cursor)) return ok(cursor);
  const message = `Invalid '${param}': expected the id of a file.`;
  return err({ code: "invalid_request", message, param } satisfies Refusal);
}
