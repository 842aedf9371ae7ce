/** A reason for an object to wake: rows of one kind that fall due. */
export type DueReason = {
  readonly due: number | null;
  /** False while the handler has no capacity: the end of an attempt wakes the loop, and an alarm could do nothing. */
  readonly claimable: boolean;
};

/** Computes the time of the one alarm: the earliest at which work can be done, or null if there is none. */
export function nextAlarm(reasons: readonly DueReason[]): number | null {
  let earliest: number | null = null;
  for (const { due, claimable } of reasons) {
    if (due !== null && claimable && (earliest === null || due < earliest)) earliest = due;
  }
  return earliest;
}
