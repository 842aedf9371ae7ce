import { type FileId, readFileTime } from "../../../src/ids.ts";
import { bytesKey } from "../../../src/knowledge/scope.ts";
import {
  type AttachableFile,
  recordAttachments,
} from "../../../src/platform/databases/attachable-files.ts";
import { FileCatalog } from "../../../src/platform/databases/file-catalog.ts";
import type { Attachment } from "../tables/attachment-row.ts";
import type { StoreRow } from "../tables/store-tables.ts";

/** The files of a page that the catalog has, and the number of those whose rows were written again. */
type InCatalog = { readonly found: ReadonlyMap<string, AttachableFile>; readonly restored: number };

/**
 * Finds which files the catalog has, and records that they are attached to the store, since a restored catalog may have
 * lost that record; without it, the deletion of a file would not reach the store. Files of `mayRestore` without a row
 * get one again if R2 has their bytes: their record in the store has all that a row needs, except for the purpose and
 * the time of expiry.
 */
export async function findInCatalog(
  env: Env,
  store: StoreRow,
  fileIds: readonly FileId[],
  mayRestore: readonly Attachment[],
): Promise<InCatalog> {
  const { projectId, id } = store;
  const now = Math.floor(Date.now() / 1000);
  const found = await recordAttachments(env.CATALOG, projectId, id, fileIds, now);
  const missing = mayRestore.filter(({ fileId }) => !found.has(fileId));
  const restored = await restoreRows(env, store, missing);
  if (restored.length === 0) return { found, restored: 0 };
  const again = await recordAttachments(env.CATALOG, projectId, id, restored, now);
  return { found: new Map([...found, ...again]), restored: restored.length };
}

async function restoreRows(
  env: Env,
  { projectId }: StoreRow,
  files: readonly Attachment[],
): Promise<FileId[]> {
  const heads = await Promise.all(
    files.map(async (file) => {
      const head = await env.FILES.head(bytesKey(projectId, file.fileId));
      return head?.size === file.bytes ? [file] : [];
    }),
  );
  const rows = heads.flat().map(({ fileId: id, filename, bytes, sha256, corpusShard }) => ({
    id,
    projectId,
    filename,
    bytes,
    sha256,
    corpusShard,
    purpose: "assistants" as const,
    createdAt: Math.floor(readFileTime(id) / 1_000),
    expiresAt: null,
  }));
  return await new FileCatalog(env.CATALOG).restore(rows);
}
