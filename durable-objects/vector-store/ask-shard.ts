import type { SearchShardNumber } from "../../src/knowledge/shard-numbers.ts";
import { addressSearchShard, withFreshStub } from "../../src/platform/objects.ts";
import { readStoreScope, type StoreRow } from "./store-tables.ts";

type Shard = ReturnType<typeof addressSearchShard>;

/** Calls the search shard `number` of a store by `call`, which must be idempotent, since it may be repeated. */
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
