/**
 * Measures the time that an object needs from the kill of its process to the next effect that it causes, with any
 * further crashes in between.
 */
export class Recoveries {
  readonly #killedAt = new Map<string, number>();
  #slowestMs = 0;

  /** The longest time measured so far, in milliseconds. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** Starts the measurement of objects whose process was just killed. */
  killed(objects: readonly string[]): void {
    const now = performance.now();
    for (const object of objects) {
      if (!this.#killedAt.has(object)) this.#killedAt.set(object, now);
    }
  }

  /** Drops the measurement of an object, because a command has paused or cancelled its run. */
  stopped(object: string): void {
    this.#killedAt.delete(object);
  }

  /** Ends the measurement of an object, because it has caused an effect. */
  progressed(object: string): void {
    const since = this.#killedAt.get(object);
    if (since === undefined) return;
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - since);
    this.#killedAt.delete(object);
  }
}
