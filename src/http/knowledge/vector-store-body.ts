import type {
  FileBatchView,
  FileCounts,
  StoreFileView,
  StoreView,
} from "../../knowledge/vector-store-types.ts";

/** How long a client that polls waits before it asks again, in milliseconds. */
const POLL_AFTER_MS = 250;

/** Tells the poll helpers of OpenAI's clients when to come back; nothing once the status is final. */
export function pollHeaders(status: string): Record<string, string> {
  return status === "in_progress" ? { "openai-poll-after-ms": String(POLL_AFTER_MS) } : {};
}

/** OpenAI's vector store object. */
export function storeBody(store: StoreView) {
  return {
    id: store.id,
    object: "vector_store" as const,
    created_at: store.createdAt,
    name: store.name,
    usage_bytes: store.usageBytes,
    file_counts: countsBody(store.fileCounts),
    status: store.status,
    ...(store.expiresAfterDays === null
      ? {}
      : { expires_after: { anchor: "last_active_at" as const, days: store.expiresAfterDays } }),
    expires_at: store.expiresAt,
    last_active_at: store.lastActiveAt,
    metadata: store.metadata,
  };
}

/** OpenAI's vector store file object. */
export function storeFileBody(file: StoreFileView) {
  return {
    id: file.id,
    object: "vector_store.file" as const,
    created_at: file.createdAt,
    vector_store_id: file.storeId,
    status: file.status,
    usage_bytes: file.usageBytes,
    last_error: file.lastError,
    attributes: file.attributes,
    chunking_strategy: {
      type: "static" as const,
      static: {
        max_chunk_size_tokens: file.chunking.chunkTokensMax,
        chunk_overlap_tokens: file.chunking.overlapTokens,
      },
    },
  };
}

/** OpenAI's file batch object. */
export function fileBatchBody(batch: FileBatchView) {
  return {
    id: batch.id,
    object: "vector_store.files_batch" as const,
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
