import type { ResponseId, RunId, ScheduleId, VectorStoreId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";

/**
 * Work that has not ended, by the id of its owner: a run, a response, a schedule with a next tick, or a vector store
 * whose files are being indexed or whose content is being erased.
 */
export type OpenWork = { readonly scope: Scope } & (
  | { readonly kind: "run"; readonly id: RunId }
  | { readonly kind: "response"; readonly id: ResponseId }
  | { readonly kind: "store"; readonly id: VectorStoreId }
  | { readonly kind: "schedule"; readonly id: ScheduleId }
);

const POKE_MS_MIN = 5 * 60_000;
const POKE_MS_MAX = 60 * 60_000;
/** Work whose next event is not later than this is looked at at the shortest interval. */
const SOON_MS = 15 * 60_000;
/** Time after the next event of waiting work at which it is looked at. */
const GRACE_MS = 60_000;

/**
 * Computes when the sweep calls the owner of open work next, which shows that the owner's alarm works: after five
 * minutes, and if the work waits for longer than a quarter of an hour, shortly after the end of the wait, but within an
 * hour. `nextDue` is the time of the work's next event by the clock; null without one. All times are whole milliseconds
 * since the epoch.
 */
export function pokeAt(now: number, nextDue: number | null): number {
  const wait = nextDue === null ? POKE_MS_MAX : nextDue - now;
  if (wait <= SOON_MS) return now + POKE_MS_MIN;
  return now + Math.min(wait + GRACE_MS, POKE_MS_MAX);
}

/**
 * Computes when the sweep calls the object of a schedule: some minutes after `nextDue`, the time of its next tick or
 * start, by which a working alarm has written a later time. Null if nothing is due. All times are whole milliseconds
 * since the epoch.
 */
export const schedulePokeAt = (nextDue: number | null): number | null =>
  nextDue === null ? null : nextDue + POKE_MS_MIN;
