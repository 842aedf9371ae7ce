import type { VectorStoreId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { embeddingModels } from "../platform/models/embedding-models.ts";
import { addressSearchShard, addressVectorStore, withFreshStub } from "../platform/objects.ts";
import { PublicError } from "../public-error.ts";
import type { Refusal } from "../refusal.ts";
import type { SearchStoresDeps } from "../retrieval/search-stores.ts";
import type { Embedder } from "../retrieval/search-types.ts";
import { search, type SearchDeps, type SearchRequest } from "../retrieval/search.ts";

/** Creates what `searchStores` depends on, for routes, answers and workflow steps of one project. */
export const searchDeps = (
  env: Env,
  scope: Scope,
  request: SearchRequest,
  signal?: AbortSignal,
): SearchStoresDeps<Refusal> => ({
  searchStore: (id) => search(storeSearchDeps(env, scope, id), request, signal),
});

const storeSearchDeps = (env: Env, scope: Scope, storeId: VectorStoreId): SearchDeps<Refusal> => ({
  plan: (terms) =>
    withFreshStub(
      () => addressVectorStore(env, scope, storeId),
      (store) => store.plan(terms),
    ),
  shard: (generation, number, query) =>
    withFreshStub(
      () => addressSearchShard(env, scope, storeId, generation, number),
      (shard) => shard.search(query),
    ),
  embedder: (name) => requireEmbedder(env, name),
});

function requireEmbedder(env: Env, name: string): Embedder {
  const found = embeddingModels(env)(name);
  if (found) return found;
  throw new PublicError(`The embedding model '${name}' of a vector store is no longer configured`);
}
