import type { DeadLetterId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import type { DeadJob, DeadLetter, LetterStatus } from "./dead-letter.ts";
import type { ScheduledLetter } from "./letter-requests.ts";

/** Runs a job again in the object that owns it. The refusal says why it cannot run again. */
export type RunAgain = (scope: Scope, job: DeadJob) => Promise<Result<null, Refusal>>;

/** The dependencies of `redriveLetter`. */
export type RedriveDeps = {
  find(id: DeadLetterId): Promise<{ readonly letter: DeadLetter; readonly version: number } | null>;
  readonly runAgain: (job: DeadJob) => Promise<Result<null, Refusal>>;
  markRedriven(id: DeadLetterId, version: number): Promise<void>;
};

/**
 * Redrives the job of a dead letter, and returns the letter. The job's object decides whether the job can run again, so
 * that of two calls at a time one is refused, and a process that dies after its decision leaves a job that runs, whose
 * end the letter then shows.
 */
export async function redriveLetter(
  deps: RedriveDeps,
  id: DeadLetterId,
): Promise<Result<DeadLetter, Refusal>> {
  const found = await deps.find(id);
  if (!found) return err(notFound("dead letter", id));
  const { letter, version } = found;
  const refused = refuseStatus(letter.status);
  if (refused) return err(refused);
  const again = await deps.runAgain(letter.job);
  // Somebody else, or a first delivery of this call, has begun the job.
  const runs = again.ok || again.error.code === "run_in_progress";
  if (runs) await deps.markRedriven(id, version);
  if (!again.ok) return err(notRedrivable(again.error.message));
  const current = await deps.find(id);
  return ok(current?.letter ?? { ...letter, status: "redriven" });
}

function refuseStatus(status: LetterStatus): Refusal | null {
  switch (status) {
    case "open":
    case "scheduled":
    // The job's object knows whether the job still runs.
    case "redriven":
      return null;
    case "completed":
      return notRedrivable("Its job has completed since. Discard the letter.");
    case "cancelled":
      return notRedrivable("Its job ran again and was cancelled. Discard the letter.");
  }
}

/** Makes the refusal to redrive a letter, for a reason of its job. */
const notRedrivable = (reason: string): Refusal => ({
  code: "not_redrivable",
  message: `The dead letter cannot be redriven. ${reason}`,
});

/** The dependencies of `redriveScheduled`. Times are in milliseconds since the epoch. */
export type RedriveScheduledDeps = {
  list(now: number, limit: number): Promise<readonly ScheduledLetter[]>;
  readonly runAgain: RunAgain;
  markRedriven(id: DeadLetterId, version: number): Promise<void>;
  refuse(letter: ScheduledLetter, reason: string): Promise<void>;
  postpone(letter: ScheduledLetter, until: number): Promise<void>;
  forgetOld(now: number): Promise<void>;
  failed(letter: ScheduledLetter, error: unknown): void;
};

/** Maximum number of letters that are redriven in one sweep: as many as one project may redrive in a minute. */
export const REDRIVES_PER_MINUTE_MAX = 600;
const AT_A_TIME = 10;
/** Pause after a job's object could not be reached, in milliseconds. */
const RETRY_MS = 60_000;

/**
 * Redrives the letters whose turn in a redrive of many has come, and deletes those whose time is over. The cron trigger
 * calls this by the minute. A letter keeps its turn in the database, so a restart loses none. Every call may be repeated:
 * a job that already runs again refuses.
 */
export async function redriveScheduled(deps: RedriveScheduledDeps, now: number): Promise<void> {
  await deps.forgetOld(now);
  const letters = [...(await deps.list(now, REDRIVES_PER_MINUTE_MAX))];
  const workers = Array.from({ length: AT_A_TIME }, async () => {
    for (let next = letters.shift(); next; next = letters.shift()) await redrive(deps, next, now);
  });
  await Promise.all(workers);
}

async function redrive(deps: RedriveScheduledDeps, letter: ScheduledLetter, now: number) {
  try {
    const again = await deps.runAgain(letter.scope, letter.job);
    // A job that runs already was begun by a sweep that died before it could say so, or by somebody else.
    const runs = again.ok || again.error.code === "run_in_progress";
    if (runs) await deps.markRedriven(letter.id, letter.version);
    else await deps.refuse(letter, again.error.message);
  } catch (error) {
    deps.failed(letter, error);
    await deps.postpone(letter, now + RETRY_MS);
  }
}
