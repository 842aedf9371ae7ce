import { isRecovering, readSecretKeys } from "../env.ts";
import type { RunId } from "../ids.ts";
import type { SweepUploadsDeps } from "../knowledge/file-upload.ts";
import type { SweepFilesDeps } from "../knowledge/sweep-files.ts";
import type { SweepObjectsDeps } from "../knowledge/sweep-objects.ts";
import { FileCatalog } from "../platform/databases/file-catalog.ts";
import { resealSecrets } from "../platform/databases/project-secrets.ts";
import {
  dueRuns,
  forgetRemovedRuns,
  postponeRuns,
  removeRunSummary,
} from "../platform/databases/run-catalog.ts";
import { SweepCatalog } from "../platform/databases/sweep-catalog.ts";
import { UploadCatalog } from "../platform/databases/upload-catalog.ts";
import { logger } from "../platform/logger.ts";
import { addressRun, withFreshStub } from "../platform/objects.ts";
import type { DueRun, SweepRunsDeps } from "../workflow/runs/sweep-runs.ts";
import { deleteFileDeps, eraseUploadDeps } from "./file-deps.ts";

/** Tests whether sweeps may erase what the catalog does not know: not while the operator restores it from a backup. */
export const maySweep = (env: Env): boolean => !isRecovering(env);

/** Creates the dependencies of `sweepFiles`, which deletes expired files and completes interrupted deletions. */
export function sweepFilesDeps(env: Env): SweepFilesDeps {
  const catalog = new FileCatalog(env.CATALOG);
  return {
    ...deleteFileDeps(env),
    markExpired: (now) => catalog.markExpired(now),
    toPurge: (deletedBefore, limit) => catalog.toPurge(deletedBefore, limit),
    purgeFailed: (fileId, error) => logger.warn("file.purge.failed", { fileId }, error),
  };
}

/** Encrypts the secrets of projects again with the new key, while the deployment has a previous one. */
export async function sweepSecrets(env: Env): Promise<void> {
  const keys = readSecretKeys(env);
  if (!keys?.previous) return;
  const { resealed, unreadable } = await resealSecrets(env.CATALOG, keys);
  if (resealed > 0) logger.info("secrets.resealed", { count: resealed });
  if (unreadable > 0) logger.warn("secrets.unreadable", { count: unreadable });
}

/** Creates the dependencies of `sweepUploads`, which erases the bytes of interrupted uploads. */
export function sweepUploadsDeps(env: Env): SweepUploadsDeps {
  const uploads = new UploadCatalog(env.CATALOG);
  return {
    ...eraseUploadDeps(env),
    listExpired: (now, limit) => uploads.listExpired(now, limit),
    uploadFailed: ({ projectId, fileId }, error) =>
      logger.warn("file.upload.left", { projectId, fileId }, error),
  };
}

/** Creates the dependencies of `sweepObjects`, which erases R2 objects that belong to no file. */
export function sweepObjectsDeps(env: Env): SweepObjectsDeps {
  const catalog = new SweepCatalog(env.CATALOG);
  return {
    listDue: (sweptBefore, limit) => catalog.listDue(sweptBefore, limit),
    listKeys: async ({ projectId, sweptTo }) => {
      const startAfter = sweptTo === "" ? {} : { startAfter: sweptTo };
      const listed = await env.FILES.list({ prefix: `${projectId}/`, ...startAfter });
      return { keys: listed.objects.map(({ key }) => key), isCut: listed.truncated };
    },
    findFiles: (ids) => catalog.findFiles(ids),
    eraseObjects: (keys) => env.FILES.delete([...keys]),
    save: (sweep, sweptAt) => catalog.save(sweep, sweptAt),
    sweepFailed: (projectId, error) => logger.warn("file.sweep.failed", { projectId }, error),
  };
}

/**
 * Creates the dependencies of `sweepRuns`, which finds runs that have not ended and whose summary in the catalog is
 * old, and asks their Durable Objects for a new one.
 */
export function sweepRunsDeps(env: Env): SweepRunsDeps {
  const catalog = env.CATALOG;
  return {
    due: (at: number, limit: number) => dueRuns(catalog, at, limit),
    postpone: (ids: readonly RunId[], until: number) => postponeRuns(catalog, ids, until),
    poke: ({ scope, id }: DueRun) =>
      withFreshStub(
        () => addressRun(env, scope, id),
        (run) => run.poke(),
      ),
    remove: (id: RunId, at: number) => removeRunSummary(catalog, id, at),
    forgetRemoved: (before: number) => forgetRemovedRuns(catalog, before),
    failed: ({ id }: DueRun, error: unknown) =>
      logger.warn("run.poke.failed", { runId: id }, error),
  };
}
