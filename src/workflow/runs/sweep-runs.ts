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
 * A run that has not ended and whose summary in the catalog is old, so that the sweep asks its object for a new one.
 */
export type DueRun = { readonly id: RunId; readonly scope: Scope };

/** The dependencies of `sweepRuns`. */
export type SweepRunsDeps = {
  due(now: number, limit: number): Promise<readonly DueRun[]>;
  postpone(ids: readonly RunId[], until: number): Promise<void>;
  /**
   * Calls the object of a run, which writes a new summary and restores a lost alarm. Returns false if the object has no
   * run.
   */
  poke(run: DueRun): Promise<boolean>;
  remove(id: RunId, now: number): Promise<void>;
  forgetRemoved(before: number): Promise<void>;
  failed(run: DueRun, error: unknown): void;
};

/**
 * Calls the objects of open runs whose summary in the catalog is old, the oldest first. Each writes a new summary and,
 * if its alarm was lost, continues its run. The cron trigger calls this. A run that does not respond is called again
 * later, after the others. Every call may be repeated. `now` is in milliseconds.
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
 * Computes when the sweep calls an open run next, in whole milliseconds since the epoch. Older runs are called less
 * often.
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
