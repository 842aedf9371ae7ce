import { DurableObject } from "cloudflare:workers";

import { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import {
  addressFollower,
  addressSearchShard,
  withFreshStub,
} from "../../../src/platform/objects.ts";
import { askCopy } from "../../../src/retrieval/fan-out/ask-copy.ts";
import type { FollowedShard } from "../../../src/retrieval/follow-point.ts";
import { CopyBoard } from "../../../src/retrieval/followers/copy-board.ts";
import type { ShardCandidate, ShardQuery } from "../../../src/retrieval/search-types.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { drawDocument } from "../../search/worker/draw-documents.ts";
import { makeQuery } from "../../search/worker/make-query.ts";

export { SearchShardObject };

/** Files in a call, as the consumer of the ingest queue makes it of small files. */
const CALL = 50;
const FOLLOWERS = [1, 2, 3];

/** The object of the store, which wants every follower that reports. */
export class StoreObject extends DurableObject<Env> {
  noteFollower() {
    return { contentVersion: 1 };
  }
}

const source = {
  scope: { projectId: "proj_bench", region: "auto" },
  storeId: "vs_bench",
  generation: 1,
  shard: 0,
} as const;

/** What a search knows by its plan: the query with the statistics, and the state that a follower must have. */
type Planned = { readonly query: ShardQuery; readonly followed: FollowedShard | null };

/** The plans of questions, as a Worker keeps them while nothing is written. */
const plans = new Map<number, Planned>();
const board = new CopyBoard();
const counts = { asked: 0, byFollowers: 0, other: 0 };

const openLeader = (env: Env) => {
  const { scope, storeId, generation, shard } = source;
  return addressSearchShard(env, scope, storeId, generation, shard);
};
const openFollower = (env: Env, number: number) => addressFollower(env, { ...source, number });

async function plan(env: Env, index: number): Promise<Planned> {
  const known = plans.get(index);
  if (known) return known;
  const { query, statistics } = await makeQuery(openLeader(env), index);
  const { followed: point } = statistics;
  const made = { query, followed: point ? { shard: 0, point, followers: FOLLOWERS } : null };
  plans.set(index, made);
  return made;
}

/** Searches as the Worker of the service does, with all followers or as if there were none. */
async function ask(env: Env, index: number, isFollowed: boolean): Promise<readonly string[]> {
  const { query, followed } = await plan(env, index);
  const found = await askCopy<readonly ShardCandidate[]>(
    {
      board,
      key: "shard",
      leader: () =>
        withFreshStub(
          () => openLeader(env),
          (leader) => leader.search(query),
        ),
      follower: async (number, point) => {
        const answer = await openFollower(env, number).searchFrom(point, query);
        if (answer) counts.byFollowers++;
        return answer?.candidates ?? null;
      },
      onAnswer: () => counts.asked++,
      onLeft: () => counts.other++,
      now: () => Date.now(),
      random: () => Math.random(),
    },
    isFollowed ? followed : null,
  );
  return (found ?? []).map(({ chunkId, lexical, dense }) => `${chunkId} ${lexical} ${dense}`);
}

async function fill(env: Env, from: number, count: number): Promise<null> {
  for (let at = from; at < from + count; at += CALL) {
    const documents = Array.from({ length: Math.min(CALL, from + count - at) }, (_, index) =>
      drawDocument(at + index),
    );
    await openLeader(env).write(makeBatch(documents));
  }
  return null;
}

/** Begins the followers, and waits until each answers. Returns the milliseconds until then. */
async function follow(env: Env): Promise<number> {
  const started = Date.now();
  for (const number of FOLLOWERS) await openFollower(env, number).follow({ ...source, number });
  for (const number of FOLLOWERS) {
    for (;;) {
      plans.clear();
      const { query, followed } = await plan(env, 0);
      const point = followed?.point;
      if (point && (await openFollower(env, number).searchFrom(point, query))) break;
      await scheduler.wait(20);
    }
  }
  plans.clear();
  return Date.now() - started;
}

async function route(env: Env, url: URL): Promise<unknown> {
  const read = (name: string) => Number(url.searchParams.get(name));
  switch (url.pathname) {
    case "/fill":
      return await fill(env, read("from"), read("count"));
    case "/follow":
      return await follow(env);
    case "/ask":
      return await ask(env, read("question"), read("followers") > 0);
    case "/counts":
      return counts;
    default:
      throw new Error(`There is no ${url.pathname}`);
  }
}

export default {
  async fetch(request, env) {
    return Response.json(await route(env, new URL(request.url)));
  },
} satisfies ExportedHandler<Env>;
