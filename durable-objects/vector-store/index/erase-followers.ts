import { addressFollower, withFreshStub } from "../../../src/platform/objects.ts";
import type { FollowSource } from "../../../src/retrieval/followers/follower-client.ts";
import type { ShardFollowerRow } from "../tables/shard-follower-table.ts";
import { readStoreScope, type StoreRow, type VectorStoreTables } from "../tables/store-tables.ts";

/** Erases all followers of the generation of the store's row. It may be repeated. */
export async function eraseFollowers(
  env: Env,
  { followers }: VectorStoreTables,
  store: StoreRow,
): Promise<void> {
  for (const row of followers.list().filter((one) => one.generation === store.generation)) {
    await eraseFollower(env, store, row);
  }
}

/** Erases a follower of a search shard of the store. It may be repeated. */
export const eraseFollower = (env: Env, store: StoreRow, row: ShardFollowerRow): Promise<void> =>
  withFreshStub(
    () => addressFollower(env, sourceOf(store, row)),
    (follower) => follower.dismiss(),
  );

/** Returns the names by which a follower is addressed, and finds its shard. */
export const sourceOf = (
  store: StoreRow,
  { generation, shard, number }: ShardFollowerRow,
): FollowSource => ({
  scope: readStoreScope(store),
  storeId: store.id,
  generation,
  shard,
  number,
});
