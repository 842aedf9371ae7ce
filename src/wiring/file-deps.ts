import type { FileId, VectorStoreId } from "../ids.ts";
import { deleteFile, type DeleteFileDeps } from "../knowledge/delete-file.ts";
import type { StoredFile } from "../knowledge/file.ts";
import { bytesKey, type Scope, textKey } from "../knowledge/scope.ts";
import { corpusNumbers } from "../platform/databases/corpus-shards.ts";
import { FileCatalog, type FileListQuery } from "../platform/databases/file-catalog.ts";
import { addressVectorStore, withFreshStub } from "../platform/objects.ts";
import { uploadToR2 } from "../platform/upload.ts";

/** Creates the dependencies of the routes of files. */
export function fileDeps(env: Env, scope: Scope) {
  const catalog = new FileCatalog(env.CATALOG);
  const { projectId } = scope;
  return {
    storeBytes: (fileId: FileId, chunks: AsyncIterable<Uint8Array>) =>
      uploadToR2(env.FILES, bytesKey(projectId, fileId), chunks),
    deleteBytes: (fileId: FileId) => env.FILES.delete(bytesKey(projectId, fileId)),
    add: (file: Omit<StoredFile, "corpusShard" | "projectId">) =>
      catalog.add({ ...file, projectId }, corpusNumbers(env)),
    get: (fileId: FileId) => catalog.get(projectId, fileId, nowSeconds()),
    list: ({ order, after, purpose, limit }: FileListQuery) =>
      catalog.list(projectId, { order, after, purpose, limit }, nowSeconds()),
    remove: (fileId: FileId) => deleteFile(deleteFileDeps(env), scope, fileId),
    content: async (fileId: FileId, range: R2Range | null) => {
      const found = await env.FILES.get(bytesKey(projectId, fileId), range ? { range } : {});
      return found?.body ?? null;
    },
  };
}

/** Creates the dependencies of deleting a file, for routes and the sweeper. */
export function deleteFileDeps(env: Env): DeleteFileDeps {
  const catalog = new FileCatalog(env.CATALOG);
  return {
    markDeleted: ({ projectId }, fileId) => catalog.markDeleted(projectId, fileId, nowSeconds()),
    listStoresWithFile: ({ projectId }, fileId) => catalog.listStoresWithFile(projectId, fileId),
    detach: (scope, storeId, fileId) => detachDeletedFile(env, scope, storeId, fileId),
    deleteBytes: ({ projectId }, fileId) =>
      env.FILES.delete([bytesKey(projectId, fileId), textKey(projectId, fileId)]),
    forget: (fileId) => catalog.forget(fileId),
  };
}

/** Detaches a file from a store. A deleted or expired store refuses, but has already detached the file. */
async function detachDeletedFile(
  env: Env,
  scope: Scope,
  storeId: VectorStoreId,
  fileId: FileId,
): Promise<void> {
  await withFreshStub(
    () => addressVectorStore(env, scope, storeId),
    (store) => store.detach(fileId, { fileDeleted: true }),
  );
}

const nowSeconds = () => Math.floor(Date.now() / 1000);
