import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

import { followerName, shardName } from "../../../src/knowledge/scope.ts";
import { FIRST_ANALYZER, questionTerms } from "../../../src/retrieval/analysis/analyzer.ts";
import { weighTerms } from "../../../src/retrieval/bm25.ts";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import type { SearchPlan, ShardQuery } from "../../../src/retrieval/search-types.ts";
import { createStore, unwrap } from "../stores/store.ts";

/** A question to a followed shard. */
type Asked = { readonly text: string; readonly more?: Partial<ShardQuery> };

/** Makes the query of a search by a plan. */
function makeQueryBy(plan: SearchPlan, { text, more }: Asked): ShardQuery {
  const counts = questionTerms(FIRST_ANALYZER, text);
  const terms = [...counts.keys()];
  const countOf = (term: string) => plan.documentCounts[terms.indexOf(term)] ?? 0;
  return {
    terms: weighTerms(counts, plan.chunkCount, countOf),
    averageLength: plan.averageLength,
    vector: hashEmbedding(text),
    weights: { lexical: 0.6, dense: 0.4 },
    filter: null,
    hidden: plan.hidden,
    nearest: null,
    candidatesMax: 20,
    ...more,
  };
}

/**
 * A store with one search shard. Tests write to the shard as consumers do, and raise the content version as the store's
 * object does before it acknowledges a write.
 */
export async function createFollowed() {
  const { store, id, scope } = await createStore();
  const name = shardName(scope, id, 1, 0);
  await inStore((sql) => {
    sql.exec("INSERT INTO generation_shard (generation, number, chunk_count) VALUES (1, 0, 1)");
  });
  async function inStore<Value>(call: (sql: SqlStorage) => Value): Promise<Value> {
    return await runInDurableObject(store, (_, { storage }) => call(storage.sql));
  }
  const leader = () => openObject(name);
  const follower = (number: number) => openObject(followerName(name, number));
  const source = (number: number) => ({ scope, storeId: id, generation: 1, shard: 0, number });
  const rows = async () => unwrap(await store.index()).followers;
  const plan = async (text: string) =>
    unwrap(await store.plan([...questionTerms(FIRST_ANALYZER, text).keys()]));
  return {
    store,
    id,
    scope,
    leader,
    follower,
    nameOf: (number: number) => followerName(name, number),
    source,
    rows,
    plan,
    inStore,
    inFollower: <Value>(number: number, call: (sql: SqlStorage) => Value) =>
      runInDurableObject(follower(number), (_, { storage }) => call(storage.sql)),
    /** Acknowledges what was written. */
    raise: () =>
      inStore((sql) => sql.exec("UPDATE store SET content_version = content_version + 1")),
    /** Lists a follower in the store, as if its shard were asked much, and tells it to begin. */
    begin: async (number: number) => {
      await inStore((sql) => {
        sql.exec(
          "INSERT INTO shard_follower VALUES (1, 0, ?, 'copying', ?, ?, NULL)",
          number,
          Date.now(),
          Date.now(),
        );
      });
      // It has the list of no followers in memory.
      await evictDurableObject(store);
      await follower(number).follow(source(number));
    },
    /** Waits until a follower has reported that it is ready. */
    ready: async (number: number) => {
      await vi.waitUntil(
        async () => {
          await runDurableObjectAlarm(follower(number)).catch(() => {});
          return (await rows()).some((row) => row.number === number && row.state === "ready");
        },
        { timeout: 20_000, interval: 20 },
      );
    },
    /** Asks a follower as a search of the present content does; null if it is behind. */
    ask: async (number: number, asked: Asked) => {
      const made = await plan(asked.text);
      const point = made.followed[0]?.point;
      const query = makeQueryBy(made, asked);
      // It has told the store that it is not ready.
      if (!point) return { query, found: null };
      const found = await follower(number).searchFrom(point, query);
      return { query, found: found?.candidates ?? null };
    },
  };
}
/** A store with one search shard, and what tests of its followers ask of it. */
export type Followed = Awaited<ReturnType<typeof createFollowed>>;

/** Opens an object of a shard or follower in another way than the service, so that broken calls do not concern it. */
export const openObject = (name: string) =>
  env.SEARCH_SHARDS.get(env.SEARCH_SHARDS.idFromName(name));

/** Lists what an object has in its storage: tables, keys, and the time of its alarm. */
export const listStored = (name: string) =>
  runInDurableObject(openObject(name), async (_, { storage }) => ({
    tables: storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite_%'",
      )
      .toArray()
      .map((row) => row.name),
    keys: [...storage.kv.list()].map(([key]) => key),
    alarm: await storage.getAlarm(),
  }));
