import { z } from "zod";

import type {
  FileBatchView,
  FileCounts,
  StoreFileView,
  StoreView,
} from "../../knowledge/vector-store-types.ts";
import { COMPONENTS } from "../route/components.ts";
import { FILE_PARAM, FILE_BATCH_PARAM, VECTOR_STORE_PARAM } from "../route/param.ts";

/** Delay that polling clients are asked to keep, in milliseconds. */
const POLL_AFTER_MS = 250;

/** Headers that set the polling interval of OpenAI's clients; none once the status is final. */
export function pollHeaders(status: string): Record<string, string> {
  return status === "in_progress" ? { "openai-poll-after-ms": String(POLL_AFTER_MS) } : {};
}

const Count = z.number().int();
const CountsBody = z
  .strictObject({
    in_progress: Count,
    completed: Count,
    failed: Count,
    cancelled: Count,
    total: Count,
  })
  .register(COMPONENTS, { id: "FileCounts" });

/** OpenAI's vector store object. Times are Unix seconds. */
export const StoreBody = z
  .strictObject({
    id: z.string(),
    object: z.literal("vector_store"),
    created_at: z.number().int(),
    name: z.string(),
    usage_bytes: z.number().int(),
    file_counts: CountsBody,
    status: z.enum(["in_progress", "completed", "expired"]),
    expires_after: z
      .strictObject({ anchor: z.literal("last_active_at"), days: z.number().int() })
      .optional(),
    expires_at: z.number().int().nullable(),
    last_active_at: z.number().int(),
    metadata: z.record(z.string(), z.string()),
  })
  .register(COMPONENTS, { id: "VectorStore" });

const FileStatus = z.enum(["in_progress", "completed", "failed", "cancelled"]);
/** The attributes of a file. */
export const AttributesBody = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** OpenAI's vector store file object. */
export const StoreFileBody = z
  .strictObject({
    id: z.string(),
    object: z.literal("vector_store.file"),
    created_at: z.number().int(),
    vector_store_id: z.string(),
    status: FileStatus,
    usage_bytes: z.number().int(),
    last_error: z
      .strictObject({
        code: z.enum(["server_error", "unsupported_file", "invalid_file"]),
        message: z.string(),
      })
      .nullable(),
    attributes: AttributesBody,
    chunking_strategy: z.strictObject({
      type: z.literal("static"),
      static: z.strictObject({
        max_chunk_size_tokens: z.number().int(),
        chunk_overlap_tokens: z.number().int(),
      }),
    }),
  })
  .register(COMPONENTS, { id: "VectorStoreFile" });

/** OpenAI's file batch object. */
export const FileBatchBody = z
  .strictObject({
    id: z.string(),
    object: z.literal("vector_store.files_batch"),
    created_at: z.number().int(),
    vector_store_id: z.string(),
    status: FileStatus.exclude(["failed"]),
    file_counts: CountsBody,
  })
  .register(COMPONENTS, { id: "VectorStoreFileBatch" });

/** Renders a vector store. */
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

/** Renders a file of a vector store. */
export function storeFileBody(file: StoreFileView): z.input<typeof StoreFileBody> {
  return {
    id: file.id,
    object: "vector_store.file",
    created_at: file.createdAt,
    vector_store_id: file.storeId,
    status: file.status,
    usage_bytes: file.usageBytes,
    last_error: file.lastError,
    attributes: file.attributes,
    chunking_strategy: {
      type: "static",
      static: {
        max_chunk_size_tokens: file.chunking.chunkTokensMax,
        chunk_overlap_tokens: file.chunking.overlapTokens,
      },
    },
  };
}

/** Renders a file batch. */
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

/** Examples for the API description: a vector store, a file of one, a batch. */
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

/** A file of a vector store. */
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

/** A file batch. */
export const FILE_BATCH_EXAMPLE = {
  id: FILE_BATCH_PARAM.example,
  object: "vector_store.files_batch",
  created_at: CREATED_AT,
  vector_store_id: VECTOR_STORE_PARAM.example,
  status: "completed",
  file_counts: DONE,
} satisfies z.input<typeof FileBatchBody>;
