import type { SearchShardNumber } from "../../src/knowledge/shard-numbers.ts";
import { searchShardOf, withFreshStub } from "../../src/platform/objects.ts";
import { scopeOf, type StoreRow } from "./store-tables.ts";

type Shard = ReturnType<typeof searchShardOf>;

/** Calls a search shard of the store. The call may be repeated, so it must be idempotent. */
export const askShard = <Value>(
  env: Env,
  store: StoreRow,
  number: SearchShardNumber,
  call: (shard: Shard) => Promise<Value>,
): Promise<Value> =>
  withFreshStub(() => searchShardOf(env, scopeOf(store), store.id, store.generation, number), call);
