import type { FileId, ProjectId } from "../ids.ts";

/** The record of an upload that is no file: one in parts, or one that failed while its file was added. */
export type FileUpload = {
  readonly fileId: FileId;
  readonly projectId: ProjectId;
  /** R2's id of the multipart upload; null for a file of one part. */
  readonly multipartId: string | null;
  /** The time from which the upload can no longer become a file, in Unix seconds. */
  readonly expiresAt: number;
};

/** The longest time that a client may take to send a file. */
export const UPLOAD_MS_MAX = 3_600_000;
/** The longest time from the start of an upload until its file is added. */
export const ADD_SECONDS = 5_400;
/** The time from the start of an upload after which the sweeps erase it. Clocks may differ by the rest, half an hour. */
export const UPLOAD_SECONDS = 7_200;

/** The upload that bytes in R2 belong to. */
type UploadKey = Pick<FileUpload, "projectId" | "fileId">;

const SWEPT_MAX = 100;

/** The dependencies of erasing what an upload left behind. Every call may be repeated. */
export type EraseUploadDeps = {
  /** Ends R2's multipart upload and erases its parts. One that has ended already is no failure. */
  abortMultipart(upload: UploadKey, multipartId: string): Promise<void>;
  eraseBytes(upload: UploadKey): Promise<void>;
  forgetUpload(fileId: FileId): Promise<void>;
};

/** Erases what an upload left in R2, then its record. */
export async function eraseUpload(deps: EraseUploadDeps, upload: FileUpload): Promise<void> {
  await eraseStored(deps, upload);
  await deps.forgetUpload(upload.fileId);
}

/** Erases what an upload left in R2, and keeps its record. */
export async function eraseStored(deps: EraseUploadDeps, upload: FileUpload): Promise<void> {
  if (upload.multipartId !== null) await deps.abortMultipart(upload, upload.multipartId);
  await deps.eraseBytes(upload);
}

/** The dependencies of `sweepUploads`. */
export type SweepUploadsDeps = EraseUploadDeps & {
  /** Lists uploads that expired until `now`, oldest first. */
  listExpired(now: number, limit: number): Promise<readonly FileUpload[]>;
  uploadFailed(upload: FileUpload, error: unknown): void;
};

/** Erases what interrupted uploads left in R2. One that fails is left for the next sweep. `now` is in Unix seconds. */
export async function sweepUploads(deps: SweepUploadsDeps, now: number): Promise<void> {
  for (const upload of await deps.listExpired(now, SWEPT_MAX)) {
    try {
      await eraseUpload(deps, upload);
    } catch (error) {
      deps.uploadFailed(upload, error);
    }
  }
}
