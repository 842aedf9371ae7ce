import type { RunId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";

/** Open runs that are asked in one sweep, and at a time. */
const SWEEP_MAX = 100;
const AT_A_TIME = 10;
const POKE_MS_MIN = 5 * 60_000;
const POKE_MS_MAX = 60 * 60_000;
/** How long the row of a deleted run keeps late summaries out; less than its id stays taken. */
const REMOVED_KEPT_MS = 24 * 3_600_000;

export type DueRun = { readonly id: RunId; readonly scope: Scope };

export type SweepRunsDeps = {
  due(now: number, limit: number): Promise<readonly DueRun[]>;
  postpone(ids: readonly RunId[], until: number): Promise<void>;
  /** Asks a run's object how it is, which also makes it look for lost alarms; false when it has no run. */
  poke(run: DueRun): Promise<boolean>;
  remove(id: RunId, now: number): Promise<void>;
  forgetRemoved(before: number): Promise<void>;
  failed(run: DueRun, error: unknown): void;
};

/**
 * Asks open runs that have been silent for long how they are. A run whose alarm was lost goes on by being asked; one that
 * cannot answer is asked again after the others. Everything it does may be done twice.
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

/** When an open run that tells how it is now is asked next, in whole milliseconds: the longer it has been open, the less often. */
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
