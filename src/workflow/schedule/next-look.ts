/**
 * Interval in which a schedule checks that its open run still runs, in milliseconds; the run may report its end
 * sooner.
 */
export const RECHECK_MS = 15_000;

/** The state of a schedule on which its next check depends. */
export type CheckState = {
  readonly now: number;
  readonly isPaused: boolean;
  readonly nextAt: number | null;
  /** Ticks that wait for an open run to end. */
  readonly waiting: number;
};

/** Returns the time of the next check, or null when no time will change anything. */
export function findNextCheck({ now, isPaused, nextAt, waiting }: CheckState): number | null {
  if (isPaused) return null;
  if (waiting === 0) return nextAt;
  return Math.min(now + RECHECK_MS, nextAt ?? Infinity);
}
