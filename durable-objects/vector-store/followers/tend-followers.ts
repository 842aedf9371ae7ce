import type { Definition } from "../../../src/kernel/rules/definition.ts";
import { addressFollower, withFreshStub } from "../../../src/platform/objects.ts";
import { eraseFollower, sourceOf } from "../index/erase-followers.ts";
import { RETRY_FOREVER, TIMEOUT_FOREVER } from "../index/retry-forever.ts";
import type { ChangesStore } from "../ledger/store-changes.ts";
import type { ShardFollowerRow } from "../tables/shard-follower-table.ts";
import type { VectorStoreTables } from "../tables/store-tables.ts";

/** The type of the only step of the workflow `FOLLOW`. Its handler calls `tendFollowers`. */
export const TEND_FOLLOWERS = "follow.shards@1";
/** The workflow that tells followers to begin, and erases those that are dismissed, in one step. */
export const FOLLOW: Definition = {
  name: "follow",
  steps: { follow: { use: TEND_FOLLOWERS, retry: RETRY_FOREVER, timeout: TIMEOUT_FOREVER } },
};

type TendDeps = {
  readonly env: Env;
  readonly tables: VectorStoreTables;
  readonly runs: ChangesStore;
};

/** Tests whether `tendFollowers` has something to do. */
export const isTendingDue = ({ followers }: VectorStoreTables): boolean =>
  followers.list().some(isUntold);

const isUntold = ({ state }: ShardFollowerRow) => state === "called" || state === "leaving";

/** Tells new followers to begin, and erases those that were dismissed. Every part may be repeated. */
export async function tendFollowers({ env, tables, runs }: TendDeps): Promise<void> {
  for (const row of tables.followers.list().filter(isUntold)) {
    const store = tables.readStore();
    if (row.state === "leaving" || store.phase !== "live") {
      await eraseFollower(env, store, row);
      runs.change(() => tables.followers.drop(row));
      continue;
    }
    await withFreshStub(
      () => addressFollower(env, sourceOf(store, row)),
      (follower) => follower.follow(sourceOf(store, row)),
    );
    runs.change(() => {
      const now = tables.followers.list().find((one) => isSame(one, row));
      if (now?.state === "called") tables.followers.save({ ...now, state: "copying" });
    });
  }
}

const isSame = (one: ShardFollowerRow, other: ShardFollowerRow): boolean =>
  one.generation === other.generation && one.shard === other.shard && one.number === other.number;
