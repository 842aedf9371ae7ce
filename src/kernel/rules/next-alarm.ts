/** A reason for an object to wake: rows of one kind that fall due. */
export type DueReason = {
  readonly due: number | null;
  /** False while the handler is at its bound: the end of an attempt wakes the loop then, and an alarm would only spin. */
  readonly claimable: boolean;
};

/** Computes the one alarm: the earliest time at which something can be done, or null when there is nothing to wait for. */
export function nextAlarm(reasons: readonly DueReason[]): number | null {
  let earliest: number | null = null;
  for (const { due, claimable } of reasons) {
    if (due !== null && claimable && (earliest === null || due < earliest)) earliest = due;
  }
  return earliest;
}
