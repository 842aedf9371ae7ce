import { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import type {
  ShardCandidate,
  ShardQuery,
  ShardStatistics,
} from "../../../src/retrieval/search-types.ts";
import type { ShardBatch } from "../../../src/retrieval/segment/shard-batch.ts";

/** What an object is held by: a call, or a slice of the upkeep that its alarm does. */
export type HeldBy = "write" | "search" | "statistics" | "slice";
/** The times for which an object was held, in milliseconds, in the order in which they ended. */
export type Holds = Readonly<Record<HeldBy, readonly number[]>>;

/**
 * A search shard of the service that notes how long each call and each slice of its alarm holds it. Locally the clock goes
 * on while an object works.
 */
export class PauseShard extends SearchShardObject {
  readonly #holds: Record<HeldBy, number[]> = { write: [], search: [], statistics: [], slice: [] };
  #isHeld = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { storage } = ctx;
    const transact = storage.transactionSync.bind(storage);
    // Whatever an alarm does is done in transactions, one for each slice.
    Object.defineProperty(storage, "transactionSync", {
      value: <Value>(run: () => Value): Value => this.#hold("slice", () => transact(run)),
    });
    // workerd drops an object that is idle, and what it has noted.
    setInterval(() => {}, 1_000);
  }

  override write(batch: ShardBatch): ReturnType<SearchShardObject["write"]> {
    return this.#hold("write", () => super.write(batch));
  }

  override search(query: ShardQuery): ShardCandidate[] {
    return this.#hold("search", () => super.search(query));
  }

  override statistics(terms: readonly string[]): ShardStatistics {
    return this.#hold("statistics", () => super.statistics(terms));
  }

  /** Returns what was noted, once no more upkeep is due. */
  async holds(): Promise<Holds> {
    while ((await this.ctx.storage.getAlarm()) !== null) await scheduler.wait(50);
    return this.#holds;
  }

  #hold<Value>(by: HeldBy, run: () => Value): Value {
    if (this.#isHeld) return run();
    this.#isHeld = true;
    const started = performance.now();
    try {
      return run();
    } finally {
      this.#isHeld = false;
      this.#holds[by].push(performance.now() - started);
    }
  }
}
