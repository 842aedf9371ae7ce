/** The time over which ends are averaged, in milliseconds. */
const AVERAGED_MS = 30_000;

/** Ends of jobs per second, as an average in which an end counts less the longer ago it was. */
export class DrainRate {
  readonly #startedAt: number;
  #weight = 0;
  #at: number;

  /** `now` is in milliseconds since the epoch, here as in the methods. */
  constructor(now: number) {
    this.#startedAt = now;
    this.#at = now;
  }

  /** Counts an end. */
  add(now: number): void {
    this.#weight = this.#weigh(now) + 1;
    this.#at = Math.max(this.#at, now);
  }

  /** Returns the ends per second. */
  perSecond(now: number): number {
    // The average of a time that is shorter is that over the shorter time.
    const elapsedMs = Math.max(1_000, now - this.#startedAt);
    const averagedMs = AVERAGED_MS * (1 - Math.exp(-elapsedMs / AVERAGED_MS));
    return (this.#weigh(now) / averagedMs) * 1_000;
  }

  #weigh(now: number): number {
    return this.#weight * Math.exp(-Math.max(0, now - this.#at) / AVERAGED_MS);
  }
}
