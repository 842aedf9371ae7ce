/**
 * Interval at which a schedule asks whether its open run has ended, in milliseconds. Usually the run reports its end
 * sooner.
 */
export const RECHECK_MS = 15_000;

/** The state of a schedule that decides when its object must wake next. */
export type CheckState = {
  readonly now: number;
  readonly isPaused: boolean;
  readonly nextAt: number | null;
  /** Number of ticks that wait for an open run to end. */
  readonly waiting: number;
};

/**
 * Returns when a schedule object must wake next, in milliseconds since the epoch; null if time alone will change
 * nothing.
 */
export function findNextCheck({ now, isPaused, nextAt, waiting }: CheckState): number | null {
  if (isPaused) return null;
  if (waiting === 0) return nextAt;
  return Math.min(now + RECHECK_MS, nextAt ?? Infinity);
}
