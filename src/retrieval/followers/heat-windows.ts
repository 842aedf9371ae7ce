import type { ShardHeat } from "./shard-heat.ts";

/** Length of a window, in milliseconds. */
export const WINDOW_MS = 10_000;
/** Number of windows that are kept. */
export const WINDOWS_KEPT = 30;
/** Number of the last windows whose least load is one that lasts: two minutes. */
const LASTING_WINDOWS = 12;
/** Time in which these windows begin and end, in milliseconds. */
export const LASTING_MS = (LASTING_WINDOWS + 1) * WINDOW_MS;
/** Searches below which a window says nothing about a queue: a start of the shard delays a few of them for seconds. */
const CALLS_MIN = 20;

/** The load of a search shard, all copies together. */
export type ShardLoad = {
  /**
   * The least and the largest mean number of searches that were waiting or being answered: the least of the last two
   * windows and of the last two minutes, the largest of all windows that are kept.
   */
  readonly recentLeast: number;
  readonly lastingLeast: number;
  readonly largest: number;
};

type Window = { calls: number; busyMs: number };

/**
 * How much the search shards of a store are asked, by windows of ten seconds, in memory. By Little's law, the time that
 * searches spend at a shard in a second is the mean number of searches there.
 */
export class HeatWindows {
  readonly #shards = new Map<string, Map<number, Window>>();

  /** Notes what an isolate has seen. `now` is in milliseconds since the epoch. */
  note({ generation, shard, calls, busyMs }: ShardHeat, now: number): void {
    const key = keyOf(generation, shard);
    const windows = this.#shards.get(key) ?? new Map<number, Window>();
    this.#shards.set(key, windows);
    const current = Math.floor(now / WINDOW_MS);
    const window = windows.get(current) ?? { calls: 0, busyMs: 0 };
    windows.set(current, { calls: window.calls + calls, busyMs: window.busyMs + busyMs });
    for (const at of windows.keys()) if (at < current - WINDOWS_KEPT) windows.delete(at);
  }

  /** Returns the load of a shard in the complete windows before `now`. */
  loadOf(generation: number, shard: number, now: number): ShardLoad {
    const windows = this.#shards.get(keyOf(generation, shard));
    const current = Math.floor(now / WINDOW_MS);
    const queue = (at: number) => meanQueue(windows?.get(at));
    const all = Array.from({ length: WINDOWS_KEPT }, (_, back) => queue(current - 1 - back));
    return {
      recentLeast: Math.min(...all.slice(0, 2)),
      lastingLeast: Math.min(...all.slice(0, LASTING_WINDOWS)),
      largest: Math.max(...all),
    };
  }

  /** Lists the shards of a generation of which something was noted. */
  shardsOf(generation: number): number[] {
    const prefix = keyOf(generation, "");
    return [...this.#shards.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => Number(key.slice(prefix.length)));
  }

  /** Forgets the shards of all generations but one. */
  keepAlone(generation: number): void {
    for (const key of this.#shards.keys()) {
      if (!key.startsWith(keyOf(generation, ""))) this.#shards.delete(key);
    }
  }
}

const keyOf = (generation: number, shard: number | "") => `${generation}:${shard}`;

const meanQueue = (window: Window | undefined): number =>
  window && window.calls >= CALLS_MIN ? window.busyMs / WINDOW_MS : 0;
