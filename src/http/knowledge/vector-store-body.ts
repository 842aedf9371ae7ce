import { z } from "zod";

import type {
  FileBatchView,
  FileCounts,
  StoreFileView,
  StoreView,
} from "../../knowledge/vector-store-types.ts";
import { CreatedAt, MetadataBody, objectType } from "../fields.ts";
import { COMPONENTS } from "../route/components.ts";
import { FILE_PARAM, FILE_BATCH_PARAM, VECTOR_STORE_PARAM } from "../route/param.ts";
import { ChunkSizesBody, chunkSizesBody } from "./chunk-sizes-body.ts";
import { ExpiryAnchor } from "./knowledge-params.ts";
import {
  FILENAME,
  type FileIncludeQuery,
  STAGE,
  StageBody,
  WARNINGS,
  WarningsBody,
  warningsBody,
} from "./warnings-body.ts";

/** Delay that polling clients are asked to keep, in milliseconds. */
const POLL_AFTER_MS = 250;

/**
 * Returns the HTTP header that tells OpenAI's clients in how many milliseconds to poll a status again; no header if
 * `status` is final.
 */
export function pollHeaders(status: string): Record<string, string> {
  return status === "in_progress" ? { "openai-poll-after-ms": String(POLL_AFTER_MS) } : {};
}

const countFiles = (which: string) => z.number().int().describe(`Number of ${which}.`);
const CountsBody = z
  .strictObject({
    in_progress: countFiles("files that are being indexed or wait for it"),
    completed: countFiles("files that searches find"),
    failed: countFiles("files that could not be indexed"),
    cancelled: countFiles("files whose indexing was cancelled"),
    total: countFiles("all these files"),
  })
  .describe("Number of files by status.")
  .register(COMPONENTS, { id: "FileCounts" });

/** The schema of the status of a vector store. */
export const StoreStatus = z.enum(["in_progress", "completed", "expired"]);

/** The schema of OpenAI's vector store object. Times are Unix seconds. */
export const StoreBody = z
  .strictObject({
    id: z.string().describe("Id of the vector store."),
    object: objectType("vector_store"),
    created_at: CreatedAt,
    name: z.string().describe("Name of the store; empty when it has none."),
    usage_bytes: z
      .number()
      .int()
      .describe("Stored bytes: the texts of all chunks and their vectors."),
    file_counts: CountsBody,
    status: StoreStatus.describe(
      "`in_progress` while files are being indexed; searches work then too.",
    ),
    expires_after: z
      .strictObject({
        anchor: ExpiryAnchor,
        days: z
          .number()
          .int()
          .describe("Number of days without use after which the store expires."),
      })
      .optional()
      .describe("Expiry of the store for lack of use; absent when it never expires."),
    expires_at: z
      .number()
      .int()
      .nullable()
      .describe(
        "Time at which the store expires unless it is used before, in Unix seconds; null when it never does.",
      ),
    last_active_at: z.number().int().describe("Time of the last use, in Unix seconds."),
    metadata: MetadataBody,
  })
  .register(COMPONENTS, { id: "VectorStore" });

const FileStatus = z.enum(["in_progress", "completed", "failed", "cancelled"]);
const StoreId = z.string().describe("Id of the vector store.");
/** The schema of a file's attributes in a response body. */
export const AttributesBody = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .describe("The file's key-value pairs that searches filter by.");

/** The schema of OpenAI's vector store file object. Times are Unix seconds. */
export const StoreFileBody = z
  .strictObject({
    id: z.string().describe("Id of the file, the same as that of the upload."),
    object: objectType("vector_store.file"),
    created_at: z.number().int().describe("Time at which the file was attached, in Unix seconds."),
    vector_store_id: StoreId,
    status: FileStatus.describe(
      "Progress of indexing. Searches find the file once it is `completed`.",
    ),
    usage_bytes: z
      .number()
      .int()
      .describe(
        "Stored bytes: the texts of the file's chunks and their vectors; 0 until it is indexed.",
      ),
    last_error: z
      .strictObject({
        code: z
          .enum(["server_error", "unsupported_file", "invalid_file"])
          .describe("Kind of the error."),
        message: z.string().describe("The error in words, and the remedy."),
      })
      .nullable()
      .describe(
        "Error of indexing. While the file is `in_progress`, that of the last attempt, which is repeated. Null when none has failed.",
      ),
    attributes: AttributesBody,
    chunking_strategy: ChunkSizesBody.describe("Sizes into which the file is cut."),
    warnings: WarningsBody.optional(),
    filename: z.string().optional().describe("Name of the file."),
    stage: StageBody.optional(),
  })
  .register(COMPONENTS, { id: "VectorStoreFile" });

/** The schema of OpenAI's file batch object. Times are Unix seconds. */
export const FileBatchBody = z
  .strictObject({
    id: z.string().describe("Id of the file batch."),
    object: objectType("vector_store.files_batch"),
    created_at: CreatedAt,
    vector_store_id: StoreId,
    status: FileStatus.exclude(["failed"]).describe(
      "`in_progress` until every file is indexed, has failed or was cancelled.",
    ),
    file_counts: CountsBody,
  })
  .register(COMPONENTS, { id: "VectorStoreFileBatch" });

/** Builds the response body for a vector store. */
export function storeBody(store: StoreView): z.input<typeof StoreBody> {
  return {
    id: store.id,
    object: "vector_store",
    created_at: store.createdAt,
    name: store.name,
    usage_bytes: store.usageBytes,
    file_counts: countsBody(store.fileCounts),
    status: store.status,
    ...(store.expiresAfterDays === null
      ? {}
      : { expires_after: { anchor: "last_active_at", days: store.expiresAfterDays } }),
    expires_at: store.expiresAt,
    last_active_at: store.lastActiveAt,
    metadata: store.metadata,
  };
}

/** Builds the response body for a file of a vector store, with the members that `include` adds. */
export function storeFileBody(
  file: StoreFileView,
  include: z.output<typeof FileIncludeQuery> = [],
): z.input<typeof StoreFileBody> {
  return {
    id: file.id,
    object: "vector_store.file",
    created_at: file.createdAt,
    vector_store_id: file.storeId,
    status: file.status,
    usage_bytes: file.usageBytes,
    last_error: file.lastError,
    attributes: file.attributes,
    chunking_strategy: chunkSizesBody(file.chunking),
    ...(include.includes(WARNINGS) && { warnings: warningsBody(file.warnings) }),
    ...(include.includes(FILENAME) && { filename: file.filename }),
    ...(include.includes(STAGE) && { stage: file.stage }),
  };
}

/** Builds the response body for a file batch. */
export function fileBatchBody(batch: FileBatchView): z.input<typeof FileBatchBody> {
  return {
    id: batch.id,
    object: "vector_store.files_batch",
    created_at: batch.createdAt,
    vector_store_id: batch.storeId,
    status: batch.status,
    file_counts: countsBody(batch.fileCounts),
  };
}

function countsBody({ in_progress, completed, failed, cancelled }: FileCounts) {
  const total = in_progress + completed + failed + cancelled;
  return { in_progress, completed, failed, cancelled, total };
}

const CREATED_AT = 1_795_000_000;
const DONE = { in_progress: 0, completed: 1, failed: 0, cancelled: 0, total: 1 };

/** An example of a vector store, for the API description. */
export const STORE_EXAMPLE = {
  id: VECTOR_STORE_PARAM.example,
  object: "vector_store",
  created_at: CREATED_AT,
  name: "Handbook",
  usage_bytes: 18_204,
  file_counts: DONE,
  status: "completed",
  expires_at: null,
  last_active_at: CREATED_AT,
  metadata: {},
} satisfies z.input<typeof StoreBody>;

/** An example of a file of a vector store, for the API description. */
export const STORE_FILE_EXAMPLE = {
  id: FILE_PARAM.example,
  object: "vector_store.file",
  created_at: CREATED_AT,
  vector_store_id: VECTOR_STORE_PARAM.example,
  status: "completed",
  usage_bytes: 18_204,
  last_error: null,
  attributes: { department: "people" },
  chunking_strategy: {
    type: "static",
    static: { max_chunk_size_tokens: 400, chunk_overlap_tokens: 60 },
  },
} satisfies z.input<typeof StoreFileBody>;

/** An example of a file batch, for the API description. */
export const FILE_BATCH_EXAMPLE = {
  id: FILE_BATCH_PARAM.example,
  object: "vector_store.files_batch",
  created_at: CREATED_AT,
  vector_store_id: VECTOR_STORE_PARAM.example,
  status: "completed",
  file_counts: DONE,
} satisfies z.input<typeof FileBatchBody>;
