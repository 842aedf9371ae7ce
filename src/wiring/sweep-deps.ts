import { isRecovering, readSecretKeys } from "../env.ts";
import type { SweepUploadsDeps } from "../knowledge/file-upload.ts";
import type { SweepFilesDeps } from "../knowledge/sweep-files.ts";
import type { SweepObjectsDeps } from "../knowledge/sweep-objects.ts";
import { forgetConversations } from "../platform/databases/conversation-catalog.ts";
import { markRedriven, ScheduledLetters } from "../platform/databases/dead-letter-catalog.ts";
import { forgetDeadMessages } from "../platform/databases/dead-message-catalog.ts";
import { FileCatalog } from "../platform/databases/file-catalog.ts";
import { dueWork, leaveOpenWork, postponeWork } from "../platform/databases/open-work-catalog.ts";
import { resealSecrets } from "../platform/databases/project-secrets.ts";
import { forgetRequestKeys } from "../platform/databases/request-key-catalog.ts";
import { forgetResponses } from "../platform/databases/response-catalog.ts";
import { type ArchivedRun, RunArchive } from "../platform/databases/run-archive.ts";
import {
  dropRuns,
  forgetRemovedRuns,
  listEndedRuns,
  readCatalogSize,
  removeRunSummary,
} from "../platform/databases/run-catalog.ts";
import { forgetSchedulePoke } from "../platform/databases/schedule-catalog.ts";
import { SweepCatalog } from "../platform/databases/sweep-catalog.ts";
import { UploadCatalog } from "../platform/databases/upload-catalog.ts";
import { dropWaits } from "../platform/databases/wait-catalog.ts";
import { logger } from "../platform/logger.ts";
import type { RedriveScheduledDeps } from "../workflow/dead-letters/redrive.ts";
import type { OpenWork } from "../workflow/open-work/open-work.ts";
import type { SweepOpenWorkDeps } from "../workflow/open-work/sweep-open-work.ts";
import type { ArchiveRunsDeps } from "../workflow/runs/archive-runs.ts";
import { runAgain } from "./dead-letter-deps.ts";
import { deleteFileDeps, eraseUploadDeps } from "./file-deps.ts";
import { pokeOwner } from "./poke-owner.ts";

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

/** Erases the idempotency keys that have ended at `now`, in milliseconds since the epoch. */
export const sweepKeys = (env: Env, now: number): Promise<void> =>
  forgetRequestKeys(env.CATALOG, now);

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
    findFiles: (projectId, ids) => catalog.findFiles(projectId, ids),
    eraseObjects: (keys) => env.FILES.delete([...keys]),
    save: (sweep, sweptAt) => catalog.save(sweep, sweptAt),
    sweepFailed: (projectId, error) => logger.warn("file.sweep.failed", { projectId }, error),
  };
}

/**
 * Creates the dependencies of `sweepOpenWork`, which finds work that has not ended and whose owner was silent for some
 * time, and calls its owner, a Durable Object.
 */
export function sweepOpenWorkDeps(env: Env): SweepOpenWorkDeps {
  const catalog = env.CATALOG;
  return {
    due: (at, limit) => dueWork(catalog, at, limit),
    postpone: (work, until) => postponeWork(catalog, work, until),
    poke: (work) => pokeOwner(env, work),
    remove: async (work, at) => {
      const { projectId } = work.scope;
      if (work.kind === "run") {
        await removeRunSummary(catalog, projectId, work.id, at);
        await new RunArchive(env).remove(work.id);
      } else if (work.kind === "schedule") await forgetSchedulePoke(catalog, work.id);
      else {
        const left = [leaveOpenWork(catalog, work.id), dropWaits(catalog, projectId, work.id)];
        await catalog.batch(left);
      }
    },
    forgetRemoved: async (before) => {
      await forgetRemovedRuns(catalog, before);
      await catalog.batch([forgetConversations(catalog, before), forgetResponses(catalog, before)]);
    },
    failed: ({ kind, id, scope: { projectId } }, error) =>
      logger.warn("open_work.owner.unreachable", { projectId, [LOG_FIELDS[kind]]: id }, error),
  };
}

const LOG_FIELDS = {
  run: "runId",
  store: "storeId",
  response: "responseId",
  schedule: "scheduleId",
} as const satisfies Record<OpenWork["kind"], string>;

/** Creates the dependencies of `archiveRuns`, which moves ended runs out of a large catalog. */
export function archiveRunsDeps(env: Env): ArchiveRunsDeps<ArchivedRun> {
  const archive = new RunArchive(env);
  return {
    readSize: () => readCatalogSize(env.CATALOG),
    listEnded: (endedBefore, limit) => listEndedRuns(env.CATALOG, endedBefore, limit),
    store: (runs) => archive.store(runs),
    drop: (runs) => dropRuns(env.CATALOG, runs),
  };
}

/**
 * Creates the dependencies of `redriveScheduled`, which redrives the dead letters of all projects whose turn has come.
 */
export function redriveScheduledDeps(env: Env): RedriveScheduledDeps {
  const letters = new ScheduledLetters(env.CATALOG);
  return {
    list: (now, limit) => letters.list(now, limit),
    runAgain: runAgain(env),
    markRedriven: (id, version) => markRedriven(env.CATALOG, id, version),
    refuse: (letter, reason) => letters.refuse(letter, reason),
    postpone: (letter, until) => letters.postpone(letter, until),
    forgetOld: async (now) => {
      await letters.forgetOld(now);
      await forgetDeadMessages(env.CATALOG, Math.floor(now / 1000));
    },
    failed: ({ id, scope: { projectId } }, error) =>
      logger.warn("dead_letter.redrive.failed", { projectId, letterId: id }, error),
  };
}
