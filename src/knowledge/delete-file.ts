import type { FileId, VectorStoreId } from "../ids.ts";
import type { Scope } from "./scope.ts";

export type DeleteFileDeps = {
  /** False when there is no such file, or nothing is left of it. */
  markDeleted(scope: Scope, fileId: FileId): Promise<boolean>;
  storesOf(scope: Scope, fileId: FileId): Promise<VectorStoreId[]>;
  /** Resolves when the store's tombstone is durable: from then on no search returns the file. */
  detach(scope: Scope, storeId: VectorStoreId, fileId: FileId): Promise<void>;
  deleteBytes(scope: Scope, fileId: FileId): Promise<void>;
  forget(fileId: FileId): Promise<void>;
};

/**
 * Deletes a file. It is marked first: an attach that comes later is refused, one that came before has
 * recorded its store, so none is missed. If the rest fails, the repeated delete or the sweeper does it again; every
 * part may be done twice.
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

/** Removes what a file that is marked as deleted has left in stores and in R2. */
export async function purgeFile(deps: DeleteFileDeps, scope: Scope, fileId: FileId): Promise<void> {
  const stores = await deps.storesOf(scope, fileId);
  await Promise.all(stores.map((storeId) => deps.detach(scope, storeId, fileId)));
  await deps.deleteBytes(scope, fileId);
  await deps.forget(fileId);
}
