import { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import { OpenShard } from "../../../durable-objects/search-shard/open-shard.ts";

/** What an object is held by: a call that changes the shard, one that only reads it, or a slice of its upkeep. */
type HeldBy = "change" | "read" | "slice";
/** The times for which an object was held, in milliseconds, in the order in which they ended. */
type Holds = Readonly<Record<HeldBy, readonly number[]>>;

const HOLDS: Record<HeldBy, number[]> = { change: [], read: [], slice: [] };
let isHeld = false;

/** Runs what holds the object, between two turns, and notes how long it took. Locally the clock goes on meanwhile. */
function hold<Value>(by: HeldBy, run: () => Value): Value {
  if (isHeld) return run();
  isHeld = true;
  const started = performance.now();
  try {
    return run();
  } finally {
    isHeld = false;
    HOLDS[by].push(performance.now() - started);
  }
}

/** Makes a method note how long it holds the object. Whatever a shard does goes through one of these methods. */
function watch(by: HeldBy): void {
  const method: (...args: never[]) => unknown = OpenShard.prototype[by];
  Object.defineProperty(OpenShard.prototype, by, {
    value(this: OpenShard, ...args: never[]): unknown {
      return hold(by, () => method.apply(this, args));
    },
  });
}

/** A search shard of the service that notes how long each call and each slice of its upkeep holds it. */
export class PauseShard extends SearchShardObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (HOLDS.change.length === 0) for (const by of ["change", "read", "slice"] as const) watch(by);
    // workerd drops an object that is idle, and what it has noted.
    setInterval(() => {}, 1_000);
  }

  /** Returns what was noted, once no more upkeep is due. */
  async holds(): Promise<Holds> {
    while ((await this.ctx.storage.getAlarm()) !== null) await scheduler.wait(50);
    return HOLDS;
  }
}
