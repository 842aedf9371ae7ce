import type { StoreIndex } from "../../src/knowledge/store-index.ts";
import type { Refusal } from "../../src/refusal.ts";
import { ok, type Result } from "../../src/result.ts";
import type { StoreLifecycle } from "./store-lifecycle.ts";
import { readServingSettings, type VectorStoreTables } from "./tables/store-tables.ts";

/** Reads the state of a store's index. An expired store has no shards left. */
export function readIndex(
  tables: VectorStoreTables,
  lifecycle: StoreLifecycle,
  shardChunksMax: number,
): Result<StoreIndex, Refusal> {
  const store = lifecycle.readExisting();
  if (!store.ok) return store;
  const { generation, contentVersion, phase } = store.value;
  const shards = phase === "live" ? tables.shards(generation) : [];
  const followers = tables.followers
    .list()
    .filter((one) => one.generation === generation && one.state !== "leaving");
  return ok({
    ...readServingSettings(store.value),
    denseIndex: tables.placements.read(generation).denseIndex,
    generation,
    contentVersion,
    shardChunksMax,
    shards,
    followers: phase === "live" ? followers : [],
  });
}
