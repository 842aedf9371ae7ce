import type { VectorStoreId } from "../ids.ts";
import { objectName, type Scope } from "../knowledge/scope.ts";
import { askVectorIndex } from "../platform/ask-vector-index.ts";
import { emptyEmbeddingCache } from "../platform/embedding-cache.ts";
import { logger } from "../platform/logger.ts";
import { addressSearchShard, addressVectorStore, withFreshStub } from "../platform/objects.ts";
import type { Refusal } from "../refusal.ts";
import { PlanCache } from "../retrieval/fan-out/plan-cache.ts";
import type { SearchStoresDeps } from "../retrieval/search-stores.ts";
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

/** The cached plans of recent searches in this isolate. */
const plans = new PlanCache();

const storeSearchDeps = (
  env: Env,
  scope: Scope,
  storeId: VectorStoreId,
  asked: readonly string[],
): SearchDeps<Refusal> => ({
  known: plans.ofStore(objectName(scope, storeId)),
  contentVersion: () =>
    withFreshStub(
      () => addressVectorStore(env, scope, storeId),
      (store) => store.contentVersion(asked),
    ),
  plan: (terms) =>
    withFreshStub(
      () => addressVectorStore(env, scope, storeId),
      (store) => store.plan(terms, asked),
    ),
  shard: (generation, number, query) =>
    withFreshStub(
      () => addressSearchShard(env, scope, storeId, generation, number),
      (shard) => shard.search(query),
    ),
  explainedShard: (generation, number, query) =>
    withFreshStub(
      () => addressSearchShard(env, scope, storeId, generation, number),
      (shard) => shard.searchExplained(query),
    ),
  nearest: (placement, vector, filter) => askVectorIndex(env, placement, vector, filter),
  onLeftOut: (shard, reason) => logger.warn("retrieval.shard.left_out", { storeId, shard }, reason),
  warnings: (fileIds) =>
    withFreshStub(
      () => addressVectorStore(env, scope, storeId),
      (store) => store.warnings(fileIds),
    ),
  onOtherDimensions: () => emptyEmbeddingCache(env, scope),
  embedder: (name) => questionEmbedder(env, scope, name),
});
