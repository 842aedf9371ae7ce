import type { TickTimes } from "./cron-times.ts";

/** What happens to ticks that were missed, while the service was down or the schedule was paused. */
export const CATCH_UPS = ["skip", "latest", "all"] as const;
export type CatchUp = (typeof CATCH_UPS)[number];

/** What happens to a tick that comes while a run of the schedule is still open. */
export const OVERLAPS = ["allow", "skip", "queue"] as const;
export type Overlap = (typeof OVERLAPS)[number];

/** So many ticks wait, are caught up or are being started; older ones are skipped. */
export const TICKS_MAX = 100;
/** A tick that is looked at later than this was missed. */
export const LATE_MS = 60_000;

export type TickState = {
  readonly now: number;
  /** The first tick that was not looked at yet; null when the expression names no further time. */
  readonly nextAt: number | null;
  readonly catchUp: CatchUp;
  readonly overlap: Overlap;
  /** Whether a run of this schedule is open or about to be. */
  readonly isBusy: boolean;
  /** How many runs are about to be started; those count against the bound. */
  readonly startingCount: number;
  /** Ticks that wait for their turn, oldest first. */
  readonly queue: readonly number[];
};

export type DueTicks = {
  /** In this order. */
  readonly start: readonly number[];
  readonly queue: readonly number[];
  readonly skipped: number;
  readonly nextAt: number | null;
};

/**
 * Decides about every tick that is due and not decided about: it is started, waits or is skipped, and never comes up
 * again. No I/O, no clock. The object calls it inside the transaction that stores what was decided.
 */
export function dueTicks(state: TickState, times: TickTimes): DueTicks {
  const { nextAt, now, queue } = state;
  if (nextAt === null || nextAt > now) return settleOverlap(state, queue, 0, nextAt);
  const { newest, count } = times.between(nextAt, now, TICKS_MAX);
  const wanted = catchUp(state, newest);
  const next = times.after(Math.max(nextAt, now));
  return settleOverlap(state, [...queue, ...wanted], count - wanted.length, next);
}

function catchUp({ catchUp: rule, now }: TickState, due: readonly number[]): readonly number[] {
  switch (rule) {
    case "all":
      return due;
    // After an outage one run is wanted, also when the outage ended just as another tick came.
    case "latest":
      return due.slice(-1);
    case "skip":
      return due.filter((tick) => now - tick <= LATE_MS);
  }
}

function settleOverlap(
  state: TickState,
  pending: readonly number[],
  skipped: number,
  nextAt: number | null,
): DueTicks {
  const { start, queue } = takeTurns(state, pending);
  const left = pending.length - start.length - queue.length;
  return { start, queue, skipped: skipped + left, nextAt };
}

function takeTurns(
  { overlap, isBusy, startingCount }: TickState,
  pending: readonly number[],
): { start: readonly number[]; queue: readonly number[] } {
  switch (overlap) {
    case "allow":
      return { start: newestOf(pending, TICKS_MAX - startingCount), queue: [] };
    case "skip":
      return { start: isBusy ? [] : pending.slice(0, 1), queue: [] };
    case "queue": {
      const kept = newestOf(pending, TICKS_MAX);
      return isBusy
        ? { start: [], queue: kept }
        : { start: kept.slice(0, 1), queue: kept.slice(1) };
    }
  }
}

const newestOf = (ticks: readonly number[], max: number) =>
  ticks.slice(Math.max(0, ticks.length - Math.max(0, max)));
