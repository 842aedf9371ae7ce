import type { SearchShardNumber } from "../../knowledge/shard-numbers.ts";

/** What the searches of one isolate have seen of a search shard and its followers. */
export type ShardHeat = {
  readonly generation: number;
  readonly shard: SearchShardNumber;
  /** Number of searches. */
  readonly calls: number;
  /** Milliseconds for which these waited in queues and were answered, in sum, without the way there and back. */
  readonly busyMs: number;
};

/** The observations of one store that its next call takes along. */
export type StoreHeat = {
  /** Notes how long the store's object took for an answer without work: the way there and back. */
  noteWay(ms: number): void;
  /** Notes how long a shard, or a follower of it, took for an answer. */
  noteAnswer(generation: number, shard: SearchShardNumber, ms: number): void;
  /** Returns the observations since the last call. */
  take(): readonly ShardHeat[];
};

type Entry = { wayMs: number | null; readonly shards: Map<string, ShardHeat> };

const STORES_MAX = 1_000;
/** Part of the difference by which a longer way changes the known one: a short way is believed, a long one may be a wait. */
const SLOWER_PART = 1 / 8;

/**
 * The observations of an isolate that no store's object was told yet, by store. While code runs, clocks of Workers stand
 * still, so a shard cannot measure what it does; a Worker that waits for it can. The store least recently used is
 * dropped first.
 */
export class HeatLog {
  readonly #stores = new Map<string, Entry>();

  /** Returns the observations of one store, by the name of its object. */
  ofStore(store: string): StoreHeat {
    return {
      noteWay: (ms) => this.#noteWay(this.#entry(store), ms),
      noteAnswer: (generation, shard, ms) =>
        noteAnswer(this.#entry(store), { generation, shard }, ms),
      take: () => this.#take(store),
    };
  }

  #entry(store: string): Entry {
    const entry = this.#stores.get(store) ?? { wayMs: null, shards: new Map() };
    this.#stores.delete(store);
    this.#stores.set(store, entry);
    const [oldest] = this.#stores.keys();
    if (this.#stores.size > STORES_MAX && oldest !== undefined) this.#stores.delete(oldest);
    return entry;
  }

  #noteWay(entry: Entry, ms: number): void {
    const { wayMs } = entry;
    entry.wayMs = wayMs === null || ms < wayMs ? ms : wayMs + (ms - wayMs) * SLOWER_PART;
  }

  #take(store: string): readonly ShardHeat[] {
    const entry = this.#stores.get(store);
    if (!entry || entry.shards.size === 0) return [];
    const taken = [...entry.shards.values()];
    entry.shards.clear();
    return taken;
  }
}

/** Before the way to the store is known, an answer says nothing. */
function noteAnswer(
  { wayMs, shards }: Entry,
  place: Pick<ShardHeat, "generation" | "shard">,
  ms: number,
): void {
  if (wayMs === null) return;
  const key = `${place.generation}:${place.shard}`;
  const { calls, busyMs } = shards.get(key) ?? { calls: 0, busyMs: 0 };
  shards.set(key, { ...place, calls: calls + 1, busyMs: busyMs + Math.max(0, ms - wayMs) });
}
