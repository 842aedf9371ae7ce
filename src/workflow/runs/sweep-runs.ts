import type { RunId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";

/** Maximum number of open runs that are polled in one sweep, and at the same time. */
const SWEEP_MAX = 100;
const AT_A_TIME = 10;
const POKE_MS_MIN = 5 * 60_000;
const POKE_MS_MAX = 60 * 60_000;
/**
 * Time for which the row of a deleted run rejects late summaries, in milliseconds. Shorter than the time for which its
 * id stays reserved.
 */
const REMOVED_KEPT_MS = 24 * 3_600_000;

/**
 * A run that has not ended and whose entry in the list of runs (a row of the catalog database) was not updated for some
 * time, so that the sweep calls the run's object.
 */
export type DueRun = { readonly id: RunId; readonly scope: Scope };

/** The dependencies of `sweepRuns`: the catalog's rows of runs, and the calls of the objects of runs. */
export type SweepRunsDeps = {
  due(now: number, limit: number): Promise<readonly DueRun[]>;
  postpone(ids: readonly RunId[], until: number): Promise<void>;
  /**
   * Calls the object of a run, which updates the run's row in the catalog and restores a lost alarm. Returns false if
   * the object has no run.
   */
  poke(run: DueRun): Promise<boolean>;
  remove(id: RunId, now: number): Promise<void>;
  forgetRemoved(before: number): Promise<void>;
  failed(run: DueRun, error: unknown): void;
};

/**
 * Calls the objects of open runs whose rows in the catalog, by which runs are listed, were not updated for some time,
 * the longest ago first. Each object updates the row and, if its alarm was lost, continues its run. The cron trigger
 * calls this. A run whose object does not respond is called again later, after the others. Every call may be repeated.
 * `now` is in milliseconds since the epoch.
 */
export async function sweepRuns(deps: SweepRunsDeps, now: number): Promise<void> {
  const runs = [...(await deps.due(now, SWEEP_MAX))];
  if (runs.length > 0) {
    await deps.postpone(
      runs.map(({ id }) => id),
      now + POKE_MS_MIN,
    );
  }
  const lanes = Array.from({ length: AT_A_TIME }, async () => {
    for (let run = runs.shift(); run; run = runs.shift()) await ask(deps, run, now);
  });
  await Promise.all(lanes);
  await deps.forgetRemoved(now - REMOVED_KEPT_MS);
}

/**
 * Computes when `sweepRuns` calls the object of an open run next, in whole milliseconds since the epoch. Older runs are
 * called less often. `now` and `createdAt` are in milliseconds since the epoch, too.
 */
export function pokeAt(now: number, createdAt: number): number {
  return now + Math.min(POKE_MS_MAX, Math.max(POKE_MS_MIN, Math.floor((now - createdAt) / 4)));
}

async function ask(deps: SweepRunsDeps, run: DueRun, now: number): Promise<void> {
  try {
    if (!(await deps.poke(run))) await deps.remove(run.id, now);
  } catch (error) {
    deps.failed(run, error);
  }
}
