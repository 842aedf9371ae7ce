import { type FileId, firstFileId, type ProjectId } from "../ids.ts";
import { UPLOAD_SECONDS } from "./file-upload.ts";
import { readObjectKey } from "./scope.ts";

/** A project is swept again this long after all its old objects were checked. */
const PAUSE_SECONDS = 6 * 3_600;
/** Projects of one sweep, each with one list of at most 1,000 objects. */
const PROJECTS_MAX = 10;

/** The progress of `sweepObjects` in a project: the objects in R2 with keys up to `sweptTo` have been checked. */
export type ProjectSweep = { readonly projectId: ProjectId; readonly sweptTo: string };

/**
 * The dependencies of `sweepObjects`: its progress in each project, the objects in R2, the catalog's files, and the
 * log. Times are Unix seconds. Every call may be repeated.
 */
export type SweepObjectsDeps = {
  /** Lists at most `limit` projects that were last swept before `sweptBefore`, the longest ago first. */
  listDue(sweptBefore: number, limit: number): Promise<readonly ProjectSweep[]>;
  /** Lists the next keys of the project's objects in R2, those after `sweptTo`, in order. `isCut`: there are more. */
  listKeys(
    sweep: ProjectSweep,
  ): Promise<{ readonly keys: readonly string[]; readonly isCut: boolean }>;
  /** Returns those of a project's ids that have a row in the catalog; a file that is being deleted still has one. */
  findFiles(projectId: ProjectId, ids: readonly FileId[]): Promise<ReadonlySet<FileId>>;
  eraseObjects(keys: readonly string[]): Promise<unknown>;
  /**
   * Stores the progress in a project. `sweptAt` is the time of a complete sweep; if it is null, the next call
   * continues.
   */
  save(sweep: ProjectSweep, sweptAt: number | null): Promise<unknown>;
  sweepFailed(projectId: ProjectId, error: unknown): void;
};

/**
 * Erases objects in R2 that belong to no file and can no longer become one, such as those of an upload whose process
 * ended before it added the file. Checks only the keys of projects in the catalog. If the sweep of a
 * project fails, the next call continues it at the same object. `now` is in Unix seconds.
 */
export async function sweepObjects(deps: SweepObjectsDeps, now: number): Promise<void> {
  for (const sweep of await deps.listDue(now - PAUSE_SECONDS, PROJECTS_MAX)) {
    try {
      await sweepProject(deps, sweep, now);
    } catch (error) {
      deps.sweepFailed(sweep.projectId, error);
    }
  }
}

async function sweepProject(deps: SweepObjectsDeps, sweep: ProjectSweep, now: number) {
  const { projectId } = sweep;
  const { keys, isCut } = await deps.listKeys(sweep);
  const firstRecent = firstFileId((now - UPLOAD_SECONDS + 1) * 1_000);
  const objects = keys.flatMap((key) => {
    const fileId = readObjectKey(projectId, key);
    return fileId && fileId < firstRecent ? [{ key, fileId }] : [];
  });
  const files = await deps.findFiles(projectId, [...new Set(objects.map(({ fileId }) => fileId))]);
  const left = objects.filter(({ fileId }) => !files.has(fileId)).map(({ key }) => key);
  if (left.length > 0) await deps.eraseObjects(left);
  const sweptTo = objects.at(-1)?.key ?? sweep.sweptTo;
  const hasMore = isCut && objects.length === keys.length;
  await deps.save({ projectId, sweptTo }, hasMore ? null : now);
}
