import type { FileId } from "../ids.ts";
import { type DeleteFileDeps, purgeFile } from "./delete-file.ts";
import type { Scope } from "./scope.ts";

/** A delete that is younger than this may still be running in its request. */
const DELETE_SECONDS = 60;
const PURGED_MAX = 100;

/** The dependencies of `sweepFiles`. */
export type SweepFilesDeps = DeleteFileDeps & {
  markExpired(now: number): Promise<void>;
  /**
   * Lists at most `limit` files that were deleted before `deletedBefore` (Unix seconds), and whose data may still exist
   * in R2 or vector stores, oldest first.
   */
  toPurge(
    deletedBefore: number,
    limit: number,
  ): Promise<readonly { readonly scope: Scope; readonly fileId: FileId }[]>;
  purgeFailed(fileId: FileId, error: unknown): void;
};

/**
 * Deletes expired files, and completes deletions that were interrupted. The cron trigger calls it. A file that fails is
 * left for the next call and does not stop the others. `now` is in Unix seconds.
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
