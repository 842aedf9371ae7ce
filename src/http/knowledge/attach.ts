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
import type { Created, KeyClaim } from "../../request-key.ts";
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
  /** Attaches files once for an idempotency key. Returns the id of the batch, or the ids of the files without one. */
  attachOnce(
    storeId: VectorStoreId,
    files: readonly AttachRequest[],
    batchId: FileBatchId | null,
    claim: KeyClaim,
  ): Promise<Result<Created<readonly string[]>, Refusal>>;
  /** Finds the ids of what was created in the store with an idempotency key; null if nothing was. */
  madeWith(
    storeId: VectorStoreId,
    claim: KeyClaim,
  ): Promise<Result<readonly string[] | null, Refusal>>;
};

/** Finds the files to attach, as `findFiles` does, unless too many files wait to be indexed. */
export async function findAdmitted(
  deps: Pick<AttachDeps, "findFiles" | "refuseWork">,
  storeId: VectorStoreId,
  files: readonly FileToAttach[],
  work: "file" | "files",
): Promise<Result<readonly AttachRequest[], Refusal>> {
  const refused = await deps.refuseWork(work);
  return refused ? err(refused) : await deps.findFiles(storeId, files);
}

/** Finds the files to attach, as `findFiles` of `AttachDeps` does. */
export type FindFiles = () => Promise<Result<readonly AttachRequest[], Refusal>>;

/**
 * Attaches files once for an idempotency key: looks first, since a file may have been deleted after it was attached.
 * Returns the id of the batch, or the ids of the files without one.
 */
export async function attachOnce(
  deps: AttachDeps,
  storeId: VectorStoreId,
  findFiles: FindFiles,
  { batchId, claim }: { readonly batchId: FileBatchId | null; readonly claim: KeyClaim },
): Promise<Result<Created<readonly string[]>, Refusal>> {
  const earlier = await deps.madeWith(storeId, claim);
  if (!earlier.ok) return earlier;
  if (earlier.value) return ok({ value: earlier.value, isReplayed: true });
  const found = await findFiles();
  if (!found.ok) return found;
  return await deps.attachOnce(storeId, found.value, batchId, claim);
}

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
