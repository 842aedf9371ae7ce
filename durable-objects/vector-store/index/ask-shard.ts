import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import { addressSearchShard, withFreshStub } from "../../../src/platform/objects.ts";
import { readStoreScope, type StoreRow } from "../tables/store-tables.ts";

/** Returns the row of a store by which the shards and the record of another generation are found. */
export const inGeneration = (store: StoreRow, generation: number): StoreRow => ({
  ...store,
  generation,
});

type Shard = ReturnType<typeof addressSearchShard>;

/** Calls the search shard `number` of the store's generation by `call`, which must be idempotent, since it may be repeated. */
export const askShard = <Value>(
  env: Env,
  store: StoreRow,
  number: SearchShardNumber,
  call: (shard: Shard) => Promise<Value>,
): Promise<Value> =>
  withFreshStub(
    () => addressSearchShard(env, readStoreScope(store), store.id, store.generation, number),
    call,
  );
