import type { OpenWork } from "./open-work.ts";

/** Maximum number of owners of open work that are called in one sweep, and at the same time. */
const SWEEP_MAX = 500;
const AT_A_TIME = 10;
/** Time after which the owner of open work that did not respond is called again, in milliseconds. */
const AGAIN_MS = 5 * 60_000;
/**
 * Time for which the row of a deleted run rejects late summaries, in milliseconds. Shorter than the time for which its
 * id stays reserved.
 */
const REMOVED_KEPT_MS = 24 * 3_600_000;

/** The dependencies of `sweepOpenWork`: the catalog's index of open work, and the calls of the objects that own it. */
export type SweepOpenWorkDeps = {
  due(now: number, limit: number): Promise<readonly OpenWork[]>;
  postpone(work: readonly OpenWork[], until: number): Promise<void>;
  /**
   * Calls the owner of open work, which restores a lost alarm, goes on with the work, and enters itself in the index for
   * the next time. Returns false if the work has ended or its owner does not exist.
   */
  poke(work: OpenWork, now: number): Promise<boolean>;
  remove(work: OpenWork, now: number): Promise<void>;
  forgetRemoved(before: number): Promise<void>;
  failed(work: OpenWork, error: unknown): void;
};

/**
 * Calls the objects that own open work and gave no sign of life for some time, the longest ago first, so that work whose
 * alarm or message was lost goes on. The cron trigger calls this. Work whose owner does not respond is called again
 * later, after the others. Every call may be repeated. `now` is in milliseconds since the epoch.
 */
export async function sweepOpenWork(deps: SweepOpenWorkDeps, now: number): Promise<void> {
  const due = [...(await deps.due(now, SWEEP_MAX))];
  if (due.length > 0) await deps.postpone(due, now + AGAIN_MS);
  const workers = Array.from({ length: AT_A_TIME }, async () => {
    for (let work = due.shift(); work; work = due.shift()) await ask(deps, work, now);
  });
  await Promise.all(workers);
  await deps.forgetRemoved(now - REMOVED_KEPT_MS);
}

async function ask(deps: SweepOpenWorkDeps, work: OpenWork, now: number): Promise<void> {
  try {
    if (!(await deps.poke(work, now))) await deps.remove(work, now);
  } catch (error) {
    deps.failed(work, error);
  }
}
