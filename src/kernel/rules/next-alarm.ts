/**
 * A time at which an object has work to do, and whether an alarm at that time could do it. `nextAlarm` picks the
 * earliest.
 */
export type DueReason = {
  readonly due: number | null;
  /**
   * False while the handler of the due steps runs as many steps as its limit allows. An alarm could then claim no
   * further ones; they are claimed when a running attempt ends.
   */
  readonly claimable: boolean;
};

/**
 * Computes the time for the object's alarm: the earliest time at which it can do work, in milliseconds since the epoch,
 * or null if there is no work.
 */
export function nextAlarm(reasons: readonly DueReason[]): number | null {
  let earliest: number | null = null;
  for (const { due, claimable } of reasons) {
    if (due !== null && claimable && (earliest === null || due < earliest)) earliest = due;
  }
  return earliest;
}
