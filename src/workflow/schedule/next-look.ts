/**
 * Interval at which a schedule asks whether its open run has ended, in milliseconds. Usually the run reports its end
 * sooner.
 */
export const RECHECK_MS = 15_000;

/**
 * The part of a schedule's state from which `findNextCheck` computes when its object must wake next. Times are in
 * milliseconds since the epoch.
 */
export type CheckState = {
  readonly now: number;
  readonly isPaused: boolean;
  readonly nextAt: number | null;
  /** Number of ticks that wait for an open run to end. */
  readonly waiting: number;
};

/**
 * Computes when a schedule object must wake next, for a tick or to ask whether the open run has ended, in milliseconds
 * since the epoch. Returns null if it need not wake by itself.
 */
export function findNextCheck({ now, isPaused, nextAt, waiting }: CheckState): number | null {
  if (isPaused) return null;
  if (waiting === 0) return nextAt;
  return Math.min(now + RECHECK_MS, nextAt ?? Infinity);
}
