import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

import type { VectorStoreObject } from "../../../durable-objects/vector-store.ts";
import { LASTING_MS, WINDOW_MS } from "../../../src/retrieval/followers/heat-windows.ts";

/** The queue that searches have seen in each of the last windows of ten seconds, the newest last. */
const TWO_MINUTES = Array.from({ length: 12 }, () => 9);

/**
 * Lets searches of the last windows see a queue at shard 0 of a generation, which may have no followers. The clock is set
 * back meanwhile; the store's object begins again.
 */
export async function overheat(
  stub: DurableObjectStub<VectorStoreObject>,
  { generation = 1, queues = TWO_MINUTES } = {},
): Promise<void> {
  Object.assign(env, { SEARCH_FOLLOWERS_MAX: "0" });
  const end = Date.now();
  const see = (queue: number) =>
    stub.contentVersion([], [{ generation, shard: 0, calls: 100, busyMs: queue * WINDOW_MS }]);
  vi.setSystemTime(end - LASTING_MS);
  // An object that does not run cannot be evicted.
  await stub.poke();
  await evictDurableObject(stub);
  await stub.poke();
  for (const [at, queue] of queues.entries()) {
    vi.setSystemTime(end - (queues.length - at) * WINDOW_MS);
    await see(queue);
  }
  vi.useRealTimers();
  await see(0);
}
