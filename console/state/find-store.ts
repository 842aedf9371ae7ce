import { ApiError, call } from "../api/client.ts";
import type { VectorStoreFile } from "../api/operations.ts";

/** What the screens of a file ask for besides OpenAI's members. */
export const FILE_INCLUDE = ["edgewise.filename", "edgewise.warnings", "edgewise.stage"] as const;

/** Maximum number of stores in which a file is looked for. */
const STORES_MAX = 100;

/**
 * Finds the vector store through which a file's text can be read: the first of `candidates` that has it, else the first
 * of the project's newest stores. Null if none has it, since it was deleted or detached.
 */
export async function findStoreFile(
  fileId: string,
  candidates: readonly string[],
  signal: AbortSignal,
): Promise<VectorStoreFile | null> {
  for (const storeId of candidates) {
    const file = await readStoreFile(storeId, fileId, signal);
    if (file) return file;
  }
  const { data } = await call("GET /v1/vector_stores", { query: { limit: STORES_MAX }, signal });
  for (const { id } of data.filter((store) => !candidates.includes(store.id))) {
    const file = await readStoreFile(id, fileId, signal);
    if (file) return file;
  }
  return null;
}

async function readStoreFile(storeId: string, fileId: string, signal: AbortSignal) {
  const path = { vector_store_id: storeId, file_id: fileId };
  const query = { include: [...FILE_INCLUDE] };
  try {
    return await call("GET /v1/vector_stores/{vector_store_id}/files/{file_id}", {
      path,
      query,
      signal,
    });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
