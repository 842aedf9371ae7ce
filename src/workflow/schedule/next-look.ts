/** How long a schedule waits before it asks again whether a run has ended; the run may tell it sooner. */
export const RECHECK_MS = 15_000;

export type LookState = {
  readonly now: number;
  readonly isPaused: boolean;
  readonly nextAt: number | null;
  /** Ticks that wait for an open run to end. */
  readonly waiting: number;
};

/** When ticks are to be looked at again, or null when no time will change anything. */
export function nextLook({ now, isPaused, nextAt, waiting }: LookState): number | null {
  if (isPaused) return null;
  if (waiting === 0) return nextAt;
  return Math.min(now + RECHECK_MS, nextAt ?? Infinity);
}
