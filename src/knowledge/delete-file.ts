import type { FileId, VectorStoreId } from "../ids.ts";
import type { Scope } from "./scope.ts";

/** The dependencies of deleting a file. */
export type DeleteFileDeps = {
  /** False when there is no such file, or when it is already purged. */
  markDeleted(scope: Scope, fileId: FileId): Promise<boolean>;
  listStoresWithFile(scope: Scope, fileId: FileId): Promise<VectorStoreId[]>;
  /** Resolves when the store's tombstone is durable: no later search returns the file. */
  detach(scope: Scope, storeId: VectorStoreId, fileId: FileId): Promise<void>;
  deleteBytes(scope: Scope, fileId: FileId): Promise<void>;
  forget(fileId: FileId): Promise<void>;
};

/**
 * Deletes a file. It is marked first: a later attach is refused, and an earlier one has recorded its store, so no store
 * is missed. If the rest fails, a repeated delete or the sweeper completes it. Every part may be repeated.
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

/** Removes from stores and R2 all data of a file that is marked as deleted. */
export async function purgeFile(deps: DeleteFileDeps, scope: Scope, fileId: FileId): Promise<void> {
  const stores = await deps.listStoresWithFile(scope, fileId);
  await Promise.all(stores.map((storeId) => deps.detach(scope, storeId, fileId)));
  await deps.deleteBytes(scope, fileId);
  await deps.forget(fileId);
}
