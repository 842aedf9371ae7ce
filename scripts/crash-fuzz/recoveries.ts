/** Times objects from a kill to the next effect that they cause, with whatever else hits them in between. */
export class Recoveries {
  readonly #killedAt = new Map<string, number>();
  #slowestMs = 0;

  get slowestMs(): number {
    return this.#slowestMs;
  }

  killed(objects: readonly string[]): void {
    const now = performance.now();
    for (const object of objects) {
      if (!this.#killedAt.has(object)) this.#killedAt.set(object, now);
    }
  }

  /** It need not progress: somebody outside has stopped it. */
  stopped(object: string): void {
    this.#killedAt.delete(object);
  }

  progressed(object: string): void {
    const since = this.#killedAt.get(object);
    if (since === undefined) return;
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - since);
    this.#killedAt.delete(object);
  }
}
