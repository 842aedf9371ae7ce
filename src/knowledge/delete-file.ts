import type { FileId, VectorStoreId } from "../ids.ts";
import type { Scope } from "./scope.ts";

/** The dependencies of `deleteFile` and `purgeFile`: the catalog's row of the file, the vector stores, and R2. */
export type DeleteFileDeps = {
  /**
   * Marks the file as deleted in the catalog. Resolves to false if it does not exist, or if all its data is already
   * removed.
   */
  markDeleted(scope: Scope, fileId: FileId): Promise<boolean>;
  listStoresWithFile(scope: Scope, fileId: FileId): Promise<VectorStoreId[]>;
  /**
   * Removes the file from a vector store. Once this resolves, no search returns the file, even if its chunks are erased
   * later.
   */
  detach(scope: Scope, storeId: VectorStoreId, fileId: FileId): Promise<void>;
  deleteBytes(scope: Scope, fileId: FileId): Promise<void>;
  forget(scope: Scope, fileId: FileId): Promise<void>;
};

/**
 * Deletes a file with all its data. Returns false if it does not exist. The file is first marked as deleted, after
 * which it cannot be attached to a vector store, so that no store is missed. If a later part of the deletion fails, a
 * repeated request or the cron trigger completes it; every part may be repeated.
 */
export async function deleteFile(
  deps: DeleteFileDeps,
  scope: Scope,
  fileId: FileId,
): Promise<boolean> {
  if (!(await deps.markDeleted(scope, fileId))) return false;
  await purgeFile(deps, scope, fileId);
  return true;
}

/** Erases, in all vector stores and in R2, the data of a file that is marked as deleted. */
export async function purgeFile(deps: DeleteFileDeps, scope: Scope, fileId: FileId): Promise<void> {
  const stores = await deps.listStoresWithFile(scope, fileId);
  await Promise.all(stores.map((storeId) => deps.detach(scope, storeId, fileId)));
  await deps.deleteBytes(scope, fileId);
  await deps.forget(scope, fileId);
}
