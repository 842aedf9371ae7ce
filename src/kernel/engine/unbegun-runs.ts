/**
 * The runs of this isolate that are stored and whose first steps the next round decides about. The rows of such runs
 * stand for their first steps. After a crash the start of the object finds them by that (`leaveUnbegunRuns`).
 */
export class UnbegunRuns {
  readonly #dues = new Map<string, number>();

  /** Leaves the first steps of a run to a round at `due` or later, in milliseconds since the epoch. */
  add(runId: string, due: number): void {
    this.#dues.set(runId, due);
  }

  /** Returns the time of the next round that has to decide about first steps; null if none are left to it. */
  due(): number | null {
    return this.#dues.size === 0 ? null : Math.min(...this.#dues.values());
  }

  /** Returns the runs that are due at `now`, and forgets them. The start of some may have been rolled back. */
  take(now: number): string[] {
    const due = [...this.#dues].filter(([, at]) => at <= now).map(([runId]) => runId);
    for (const runId of due) this.#dues.delete(runId);
    return due;
  }
}
