import type { TickTimes } from "./cron-times.ts";

/**
 * The values of a schedule's `catch_up`: what happens with ticks (times of its cron expression) that were missed while
 * the service was down or the schedule was paused. `skip` starts a run for none of them, `latest` for the last one,
 * `all` for each.
 */
export const CATCH_UPS = ["skip", "latest", "all"] as const;
/** A schedule's policy for missed ticks (times of its cron expression). */
export type CatchUp = (typeof CATCH_UPS)[number];

/**
 * The values of a schedule's `overlap`: what happens with a tick (a time of its cron expression) while an earlier run
 * is still open. `allow` starts a run, `skip` does not, `queue` starts one when the earlier run has ended.
 */
export const OVERLAPS = ["allow", "skip", "queue"] as const;
/** A schedule's policy for a tick that comes while an earlier run is still open. */
export type Overlap = (typeof OVERLAPS)[number];

/**
 * Maximum number of ticks (times of the cron expression) of a schedule that are queued or being started at the same
 * time, including missed ones. If there are more, the oldest are skipped.
 */
export const TICKS_MAX = 100;
/** Delay after which a tick (a time of the cron expression) counts as missed, in milliseconds. */
export const LATE_MS = 60_000;

/** The state of a schedule from which `dueTicks` decides. Times are in milliseconds since the epoch. */
export type TickState = {
  readonly now: number;
  /**
   * The first tick that was not yet started, queued or skipped; null if the cron expression matches no further time.
   */
  readonly nextAt: number | null;
  readonly catchUp: CatchUp;
  readonly overlap: Overlap;
  /** True if a run of the schedule is open or is being started. */
  readonly isBusy: boolean;
  /** The number of runs that are being started; they count towards `TICKS_MAX`. */
  readonly startingCount: number;
  /** Ticks that wait until the open run has ended, oldest first. */
  readonly queue: readonly number[];
};

/**
 * The decision about all due ticks (times of the cron expression) of a schedule: those to start, those to queue, the
 * number of skipped ones, and the next tick.
 */
export type DueTicks = {
  /** Ticks to start, in this order. */
  readonly start: readonly number[];
  readonly queue: readonly number[];
  readonly skipped: number;
  readonly nextAt: number | null;
};

/**
 * Decides about every due tick (time of the cron expression) of a schedule exactly once: start a run for it, queue it,
 * or skip it. It has no side effects; the schedule object calls it in the transaction that stores the decision.
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
    // After an outage one run is enough, also when the outage ended as another tick occurred.
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
