import { withDeadline } from "../abort.ts";
import type { FileId, VectorStoreId } from "../ids.ts";
import { deleteFile, type DeleteFileDeps } from "../knowledge/delete-file.ts";
import {
  eraseStored,
  eraseUpload,
  type EraseUploadDeps,
  type FileUpload,
  UPLOAD_SECONDS,
} from "../knowledge/file-upload.ts";
import type { StoredFile } from "../knowledge/file.ts";
import { bytesKey, type Scope, textKey } from "../knowledge/scope.ts";
import { corpusNumbers } from "../platform/databases/corpus-shards.ts";
import { FileCatalog, type FileListQuery } from "../platform/databases/file-catalog.ts";
import { findMade } from "../platform/databases/request-key-catalog.ts";
import { UploadCatalog } from "../platform/databases/upload-catalog.ts";
import { CallOverdue } from "../platform/failure.ts";
import { logger } from "../platform/logger.ts";
import { addressVectorStore, withFreshStub } from "../platform/objects.ts";
import { measureFile, uploadToR2 } from "../platform/upload.ts";
import type { RequestKey } from "../request-key.ts";

/** Creates the dependencies of the routes of files, for the project of `scope`. */
export function fileDeps(env: Env, scope: Scope) {
  const catalog = new FileCatalog(env.CATALOG);
  const uploads = new UploadCatalog(env.CATALOG);
  const { projectId } = scope;
  return {
    storeBytes: async (fileId: FileId, { chunks, contentType }: UploadedBytes) => {
      const expiresAt = nowSeconds() + UPLOAD_SECONDS;
      const object = { key: bytesKey(projectId, fileId), contentType };
      return await uploadToR2(env.FILES, object, chunks, (multipartId) =>
        uploads.begin({ fileId, projectId, multipartId, expiresAt }),
      );
    },
    discard: (fileId: FileId) => discardUpload(env, scope, fileId),
    settle: (fileId: FileId) => settleUpload(env, scope, fileId),
    measure: (_fileId: FileId, { chunks }: UploadedBytes) => measureFile(chunks),
    add: (file: Omit<StoredFile, "corpusShard" | "projectId">, key: RequestKey | null) =>
      catalog.add({ ...file, projectId }, corpusNumbers(env), key),
    findMade: (key: RequestKey) => findMade(env.CATALOG, key),
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

/** The bytes of an upload while they arrive, and the content type that the sender gives them. */
type UploadedBytes = {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly contentType: string;
};

/** Maximum milliseconds that the answer to a failed upload waits for the removal of its bytes. */
const DISCARD_MS = 5_000;

/** Erases an upload whose file was not added. */
async function discardUpload(env: Env, { projectId }: Scope, fileId: FileId): Promise<void> {
  await tryInTime({ projectId, fileId }, async () => {
    const deps = eraseUploadDeps(env);
    const upload = await new UploadCatalog(env.CATALOG).find(fileId);
    if (upload) await eraseUpload(deps, upload);
    else await deps.eraseBytes({ projectId, fileId });
  });
}

/** Clears up an upload whose file may have been added: finds the file, or makes sure that there is none and erases. */
async function settleUpload(
  env: Env,
  { projectId }: Scope,
  fileId: FileId,
): Promise<StoredFile | null> {
  return await tryInTime({ projectId, fileId }, async () => {
    const upload = await new UploadCatalog(env.CATALOG).giveUp(projectId, fileId, nowSeconds());
    if (!upload) return await new FileCatalog(env.CATALOG).get(projectId, fileId, nowSeconds());
    await eraseStored(eraseUploadDeps(env), upload);
    return null;
  });
}

/** Does the work in `DISCARD_MS`. Returns null when it fails: the sweeps do it later. */
async function tryInTime<Value>(
  upload: Pick<FileUpload, "projectId" | "fileId">,
  work: () => Promise<Value>,
): Promise<Value | null> {
  try {
    return await withDeadline(work(), DISCARD_MS, () => {
      throw new CallOverdue("the removal of an upload", DISCARD_MS);
    });
  } catch (error) {
    logger.warn("file.upload.left", upload, error);
    return null;
  }
}

/** Creates the dependencies of `eraseUpload`, which routes call, and also the periodic sweep of interrupted uploads. */
export function eraseUploadDeps(env: Env): EraseUploadDeps {
  return {
    abortMultipart: async ({ projectId, fileId }, multipartId) => {
      const key = bytesKey(projectId, fileId);
      try {
        await env.FILES.resumeMultipartUpload(key, multipartId).abort();
      } catch (error) {
        if (!(error instanceof Error && NO_SUCH_UPLOAD.test(error.message))) throw error;
      }
    },
    eraseBytes: ({ projectId, fileId }) => env.FILES.delete(bytesKey(projectId, fileId)),
    forgetUpload: (fileId) => new UploadCatalog(env.CATALOG).forget(fileId),
  };
}

/** R2's code for a multipart upload that was completed or aborted before. */
const NO_SUCH_UPLOAD = /\(10024\)/;

/** Creates the dependencies of `deleteFile`, which routes call, and also the periodic sweep of deleted files. */
export function deleteFileDeps(env: Env): DeleteFileDeps {
  const catalog = new FileCatalog(env.CATALOG);
  return {
    markDeleted: ({ projectId }, fileId) => catalog.markDeleted(projectId, fileId, nowSeconds()),
    listStoresWithFile: ({ projectId }, fileId) => catalog.listStoresWithFile(projectId, fileId),
    detach: (scope, storeId, fileId) => detachDeletedFile(env, scope, storeId, fileId),
    deleteBytes: ({ projectId }, fileId) =>
      env.FILES.delete([bytesKey(projectId, fileId), textKey(projectId, fileId)]),
    forget: ({ projectId }, fileId) => catalog.forget(projectId, fileId),
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
