import { addressSearchShard, withFreshStub } from "../../src/platform/objects.ts";
import { scopeOf, type StoreRow } from "./store-tables.ts";

type Shard = ReturnType<typeof addressSearchShard>;

/** Calls a search shard of the store. The call may be made twice. */
export const askShard = <Value>(
  env: Env,
  store: StoreRow,
  number: number,
  call: (shard: Shard) => Promise<Value>,
): Promise<Value> =>
  withFreshStub(
    () => addressSearchShard(env, scopeOf(store), store.id, store.generation, number),
    call,
  );
