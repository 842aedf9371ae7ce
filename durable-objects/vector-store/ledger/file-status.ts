import type { FileStatus } from "../../../src/knowledge/vector-store-types.ts";
import type { Attachment } from "../tables/attachment-row.ts";
import type { VectorStoreFiles } from "../tables/attachments.ts";
import type { StoreChange } from "./store-changes.ts";

/** Forgets what the indexing of a file has shown, before it is indexed again or when it is detached. */
export function forgetOutcome({ store }: StoreChange, file: Attachment): void {
  store.usageBytes -= file.usageBytes;
  file.usageBytes = 0;
  file.warnings = null;
  forgetError(file);
}

/** Forgets how often the indexing of a file was tried, and why it failed. */
export function forgetError(file: Attachment): void {
  file.takes = 0;
  file.errorCode = null;
  file.errorMessage = null;
}

/** Returns true if searches find an earlier text of a file that is read again, with the attributes that it has now. */
export const hasText = ({ shard, usageBytes }: Attachment): boolean =>
  shard !== null && usageBytes > 0;

/** Changes the status of a file, and the counts of files of its store and its batches. The caller saves the file. */
export function moveFile(
  files: VectorStoreFiles,
  { store, counts }: StoreChange,
  file: Attachment,
  to: FileStatus,
): void {
  if (file.status === to) return;
  store[file.status]--;
  store[to]++;
  for (const batch of files.listBatches(file)) {
    counts.countFile(batch, file.status, -1);
    counts.countFile(batch, to, 1);
  }
  file.status = to;
}

/** Stops the run that indexes a file, also of one that is indexed, since its workflow may not have ended. */
export function stopIngest({ commands }: StoreChange, { fileId, version }: Attachment): void {
  commands.push({ kind: "stop_ingest", fileId, version });
}

/** Stops the run that copies a file, whose version changes. The file is copied afterwards. */
export function holdCopy({ store, commands }: StoreChange, file: Attachment): void {
  if (file.copyState !== "sent") return;
  const { fileId, version } = file;
  commands.push({ kind: "stop_copy", fileId, version, generation: store.otherGeneration ?? 0 });
  file.copyState = "waiting";
}

/**
 * Has a file copied to the other generation that keeps its earlier text and has no copy there: it was being read again,
 * for both generations, when that ended.
 */
export function copyLater({ store }: StoreChange, file: Attachment): void {
  const isMissing = file.otherUsageBytes === 0 && file.copyState === null && file.aliasOf === null;
  if (store.otherGeneration !== null && isMissing) file.copyState = "waiting";
}

/** Starts a run that indexes a file. */
export function ingest({ commands }: StoreChange, { fileId, version }: Attachment): void {
  commands.push({ kind: "ingest", fileId, version });
}
