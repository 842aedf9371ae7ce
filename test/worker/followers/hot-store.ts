import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { z } from "zod";

import { followerName, shardName } from "../../../src/knowledge/scope.ts";
import { WINDOW_MS } from "../../../src/retrieval/followers/heat-windows.ts";
import { createReindexed } from "../stores/reindexed.ts";
import { listStored, openObject } from "./followed.ts";

const Index = z.object({
  content_version: z.number(),
  shards: z.array(
    z.object({
      followers: z.array(
        z.object({
          number: z.number(),
          status: z.string(),
          content_version: z.number().nullable(),
        }),
      ),
    }),
  ),
});

const countFollowers = (store: DurableObjectStub) =>
  runInDurableObject(store, (_, { storage }) =>
    Number(storage.sql.exec("SELECT count(*) AS n FROM shard_follower").one()["n"]),
  );

/** An object without storage. */
export const NOTHING = { tables: [], keys: [], alarm: null };

/** A store with files of clients, whose only search shard can be made hot. */
export async function createHot() {
  Object.assign(env, { SEARCH_FOLLOWERS_MAX: "3" });
  const store = await createReindexed();
  const { stub, scope, id, fetch } = store;
  const nameOf = (number: number, generation = 1) =>
    followerName(shardName(scope, id, generation, 0), number);
  const followers = async () => {
    const index = Index.parse(await (await fetch(`/vector_stores/${id}/index`)).json());
    return index.shards.flatMap((shard) => shard.followers);
  };
  /** Lets time pass, and the alarm of the store's object come. */
  const pass = async (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    await runDurableObjectAlarm(stub);
  };
  return {
    ...store,
    nameOf,
    followers,
    pass,
    follower: (number: number) => openObject(nameOf(number)),
    stored: (number: number, generation = 1) => listStored(nameOf(number, generation)),
    /** Lets searches of one window see a queue of this mean length, and the next window begin. */
    heat: async (queue: number, generation = 1) => {
      const seen = { generation, shard: 0, calls: 100, busyMs: queue * WINDOW_MS };
      await stub.contentVersion([], [seen]);
      vi.setSystemTime(Date.now() + WINDOW_MS);
    },
    /** Waits until as many followers as this are ready. */
    untilReady: async (count: number) => {
      await vi.waitUntil(
        async () => {
          const listed = await followers();
          for (const { number } of listed) await runDurableObjectAlarm(openObject(nameOf(number)));
          return listed.filter(({ status }) => status === "ready").length === count;
        },
        { timeout: 20_000, interval: 20 },
      );
    },
    /** Waits until the store knows no followers, not even some to erase. */
    untilNone: async () => {
      await vi.waitUntil(async () => (await countFollowers(stub)) === 0, {
        timeout: 20_000,
        interval: 20,
      });
    },
    search: async (query: string) => {
      const response = await fetch(`/vector_stores/${id}/search`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query }),
      });
      return await response.text();
    },
  };
}
/** A store whose only search shard can be made hot. */
export type HotStore = Awaited<ReturnType<typeof createHot>>;
