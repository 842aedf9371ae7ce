import type { FileId } from "../ids.ts";
import { type DeleteFileDeps, purgeFile } from "./delete-file.ts";
import type { Scope } from "./scope.ts";

/** A delete that is younger than this may still be running in its request. */
const DELETE_SECONDS = 60;
const PURGED_MAX = 100;

/** The dependencies of `sweepFiles`. */
export type SweepFilesDeps = DeleteFileDeps & {
  markExpired(now: number): Promise<void>;
  /** Deleted files whose bytes or attachments may still exist, oldest first. */
  toPurge(
    deletedBefore: number,
    limit: number,
  ): Promise<readonly { readonly scope: Scope; readonly fileId: FileId }[]>;
  purgeFailed(fileId: FileId, error: unknown): void;
};

/**
 * Deletes expired files and completes interrupted deletes. One that fails is left for the next sweep and does not keep
 * the others. Every part may be repeated. `now` is in Unix seconds.
 */
export async function sweepFiles(deps: SweepFilesDeps, now: number): Promise<void> {
  await deps.markExpired(now);
  for (const { scope, fileId } of await deps.toPurge(now - DELETE_SECONDS, PURGED_MAX)) {
    try {
      await purgeFile(deps, scope, fileId);
    } catch (error) {
      deps.purgeFailed(fileId, error);
    }
  }
}
