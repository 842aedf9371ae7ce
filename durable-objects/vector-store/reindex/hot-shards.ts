import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";

/** Time for which a shard counts as hot after it was noted, in milliseconds. */
const HOT_MS = 600_000;

/**
 * The search shards of a store's serving generation that have more calls than all their copies can answer, as it was last
 * noted. They are kept in memory: what is still hot when the object begins again is noted again.
 */
export class HotShards {
  readonly #until = new Map<string, number>();

  /** Notes that a shard of a generation is hot. `now` is in milliseconds since the epoch. */
  note(generation: number, shard: SearchShardNumber, now: number): void {
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key);
    this.#until.set(keyOf(generation, shard), now + HOT_MS);
  }

  /** Tests whether a shard of a generation was noted as hot lately. `now` is in milliseconds since the epoch. */
  has(generation: number, shard: SearchShardNumber, now: number): boolean {
    return (this.#until.get(keyOf(generation, shard)) ?? 0) > now;
  }
}

const keyOf = (generation: number, shard: SearchShardNumber) => `${generation}:${shard}`;
