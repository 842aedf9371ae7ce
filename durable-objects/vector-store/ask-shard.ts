import type { SearchShardNumber } from "../../src/knowledge/shard-numbers.ts";
import { addressSearchShard, withFreshStub } from "../../src/platform/objects.ts";
import { readStoreScope, type StoreRow } from "./store-tables.ts";

type Shard = ReturnType<typeof addressSearchShard>;

/** Calls a search shard of the store. It may repeat the call, so `call` must be idempotent. */
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
