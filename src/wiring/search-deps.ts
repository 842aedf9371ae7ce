import type { VectorStoreId } from "../ids.ts";
import { objectName, type Scope, shardName } from "../knowledge/scope.ts";
import type { FollowerNumber, SearchShardNumber } from "../knowledge/shard-numbers.ts";
import { askVectorIndex } from "../platform/ask-vector-index.ts";
import { emptyEmbeddingCache } from "../platform/embedding-cache.ts";
import { logger } from "../platform/logger.ts";
import {
  addressFollower,
  addressSearchShard,
  addressVectorStore,
  withFreshStub,
} from "../platform/objects.ts";
import type { Refusal } from "../refusal.ts";
import { askCopy } from "../retrieval/fan-out/ask-copy.ts";
import type { AskShardsDeps } from "../retrieval/fan-out/ask-shards.ts";
import { PlanCache } from "../retrieval/fan-out/plan-cache.ts";
import type { FollowPoint } from "../retrieval/follow-point.ts";
import { CopyBoard } from "../retrieval/followers/copy-board.ts";
import type { FollowSource } from "../retrieval/followers/follower-client.ts";
import { HeatLog, type StoreHeat } from "../retrieval/followers/shard-heat.ts";
import type { SearchStoresDeps } from "../retrieval/search-stores.ts";
import type { ExplainedCandidates, ShardCandidate, ShardQuery } from "../retrieval/search-types.ts";
import { search, type SearchDeps, type SearchRequest } from "../retrieval/search.ts";
import { questionEmbedder } from "./embedding-cache-deps.ts";

/**
 * Creates the dependencies of `searchStores`, which routes, answers and workflow steps call, for the project of
 * `scope`.
 */
export const searchDeps = (
  env: Env,
  scope: Scope,
  request: SearchRequest,
  signal?: AbortSignal,
): SearchStoresDeps<Refusal> => ({
  searchStore: (id) => search(storeSearchDeps(env, scope, id, request.queries), request, signal),
});

/** The cached plans of recent searches in this isolate, what they have seen of shards, and their open searches. */
const plans = new PlanCache();
const heats = new HeatLog();
const board = new CopyBoard();

function storeSearchDeps(
  env: Env,
  scope: Scope,
  storeId: VectorStoreId,
  asked: readonly string[],
): SearchDeps<Refusal> {
  const name = objectName(scope, storeId);
  const heat = heats.ofStore(name);
  const store = () => addressVectorStore(env, scope, storeId);
  return {
    known: plans.ofStore(name),
    contentVersion: async () => {
      const started = Date.now();
      const version = await withFreshStub(store, (stub) => stub.contentVersion(asked, heat.take()));
      heat.noteWay(Date.now() - started);
      return version;
    },
    plan: (terms) => withFreshStub(store, (stub) => stub.plan(terms, asked, heat.take())),
    ...shardDeps(env, scope, storeId, heat),
    nearest: (placement, vector, filter) => askVectorIndex(env, placement, vector, filter),
    onLeftOut: (shard, reason) =>
      logger.warn("retrieval.shard.left_out", { storeId, shard }, reason),
    warnings: (fileIds) => withFreshStub(store, (stub) => stub.warnings(fileIds)),
    onOtherDimensions: () => emptyEmbeddingCache(env, scope),
    embedder: (model) => questionEmbedder(env, scope, model),
  };
}

/** Asks the shards of a store, or followers of them. */
function shardDeps(
  env: Env,
  scope: Scope,
  storeId: VectorStoreId,
  heat: StoreHeat,
): Pick<AskShardsDeps, "shard" | "explainedShard"> {
  const copiesOf = (generation: number, shard: SearchShardNumber) => ({
    board,
    key: shardName(scope, storeId, generation, shard),
    onAnswer: (ms: number) => heat.noteAnswer(generation, shard, ms),
    onLeft: (_: FollowerNumber, reason: unknown) =>
      logger.warn("search.follower.left", { storeId, shard }, reason),
    now: () => Date.now(),
    random: () => Math.random(),
  });
  const stub = (generation: number, shard: SearchShardNumber) => () =>
    addressSearchShard(env, scope, storeId, generation, shard);
  const follower = (
    source: Pick<FollowSource, "generation" | "shard" | "number">,
    point: FollowPoint,
    query: ShardQuery,
  ) => addressFollower(env, { scope, storeId, ...source }).searchFrom(point, query);
  return {
    shard: (generation, shard, query, followed) =>
      askCopy<readonly ShardCandidate[]>(
        {
          ...copiesOf(generation, shard),
          leader: () => withFreshStub(stub(generation, shard), (leader) => leader.search(query)),
          follower: async (number, point) =>
            (await follower({ generation, shard, number }, point, query))?.candidates ?? null,
        },
        followed,
      ),
    explainedShard: (generation, shard, query, followed) =>
      askCopy<ExplainedCandidates>(
        {
          ...copiesOf(generation, shard),
          leader: () =>
            withFreshStub(stub(generation, shard), (leader) => leader.searchExplained(query)),
          follower: (number, point) => follower({ generation, shard, number }, point, query),
        },
        followed,
      ),
  };
}
