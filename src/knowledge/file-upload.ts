import type { FileId, ProjectId } from "../ids.ts";

/**
 * The record of an upload that has not become a file: an upload in several parts that is still running, or an upload
 * that failed while its file was added to the catalog.
 */
export type FileUpload = {
  readonly fileId: FileId;
  readonly projectId: ProjectId;
  /** The id of R2's multipart upload; null for a file that is stored in one part. */
  readonly multipartId: string | null;
  /** The time, in Unix seconds, after which the upload cannot become a file any more and its bytes may be erased. */
  readonly expiresAt: number;
};

/** Maximum time that a client may take to send a file: one hour, in milliseconds. */
export const UPLOAD_MS_MAX = 3_600_000;
/** Maximum time from the start of an upload until its file is added to the catalog, in seconds. */
export const ADD_SECONDS = 5_400;
/**
 * Time from the start of an upload until the cron trigger may erase it, in seconds. It is half an hour more than
 * `ADD_SECONDS`, to allow for servers whose clocks differ.
 */
export const UPLOAD_SECONDS = 7_200;

/** The upload that bytes in R2 belong to. */
type UploadKey = Pick<FileUpload, "projectId" | "fileId">;

const SWEPT_MAX = 100;

/** The dependencies of `eraseUpload`: the upload's bytes in R2, and its record. Every call may be repeated. */
export type EraseUploadDeps = {
  /** Aborts R2's multipart upload, which erases its parts. Does nothing if it has ended already. */
  abortMultipart(upload: UploadKey, multipartId: string): Promise<void>;
  eraseBytes(upload: UploadKey): Promise<void>;
  forgetUpload(fileId: FileId): Promise<void>;
};

/** Erases the bytes of an upload in R2, then its record. */
export async function eraseUpload(deps: EraseUploadDeps, upload: FileUpload): Promise<void> {
  await eraseStored(deps, upload);
  await deps.forgetUpload(upload.fileId);
}

/** Erases the bytes of an upload in R2, and keeps its record. */
export async function eraseStored(deps: EraseUploadDeps, upload: FileUpload): Promise<void> {
  if (upload.multipartId !== null) await deps.abortMultipart(upload, upload.multipartId);
  await deps.eraseBytes(upload);
}

/** The dependencies of `sweepUploads`: those of `eraseUpload`, the list of expired uploads, and the log. */
export type SweepUploadsDeps = EraseUploadDeps & {
  /** Lists at most `limit` uploads that have expired at `now`, in Unix seconds, oldest first. */
  listExpired(now: number, limit: number): Promise<readonly FileUpload[]>;
  uploadFailed(upload: FileUpload, error: unknown): void;
};

/**
 * Erases the expired uploads that interrupted requests have left. The cron trigger calls it. An upload whose erasure
 * fails is left for the next call. `now` is in Unix seconds.
 */
export async function sweepUploads(deps: SweepUploadsDeps, now: number): Promise<void> {
  for (const upload of await deps.listExpired(now, SWEPT_MAX)) {
    try {
      await eraseUpload(deps, upload);
    } catch (error) {
      deps.uploadFailed(upload, error);
    }
  }
}
