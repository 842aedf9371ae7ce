import type { VectorStoreId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { embeddingModels } from "../platform/models/embedding-models.ts";
import { searchShardOf, vectorStoreOf, withFreshStub } from "../platform/objects.ts";
import type { Refusal } from "../refusal.ts";
import { ok, type Result } from "../result.ts";
import type { Embedder, ShardQuery } from "../retrieval/search-types.ts";
import { search, type SearchOutcome, type SearchRequest } from "../retrieval/search.ts";

/**
 * Searches stores of a project in parallel and merges what they find. Scores mean the same in every store,
 * and ties are broken by id. One store that is missing or expired refuses the search.
 */
export async function searchStores(
  env: Env,
  scope: Scope,
  storeIds: readonly VectorStoreId[],
  request: SearchRequest,
  signal?: AbortSignal,
): Promise<Result<SearchOutcome, Refusal>> {
  const ids = [...new Set(storeIds)];
  const outcomes = await Promise.all(
    ids.map((id) => search<Refusal>(searchDeps(env, scope, id), request, signal)),
  );
  const found: SearchOutcome[] = [];
  for (const outcome of outcomes) {
    if (!outcome.ok) return outcome;
    found.push(outcome.value);
  }
  const [only] = found;
  return ok(found.length === 1 && only ? only : merge(found, request.maxResults));
}

function merge(found: readonly SearchOutcome[], maxResults: number): SearchOutcome {
  const hits = found.flatMap((outcome) => outcome.hits).toSorted(byScore);
  const beyond = hits.slice(maxResults).map((hit) => ({ ...hit, reason: BEYOND }));
  const cut = [...beyond, ...found.flatMap((outcome) => outcome.cut)].toSorted(byScore);
  const contentVersion = found.reduce((sum, outcome) => sum + outcome.contentVersion, 0);
  const degraded = found.find((outcome) => outcome.degraded)?.degraded;
  return { hits: hits.slice(0, maxResults), cut, contentVersion, ...(degraded && { degraded }) };
}

const BEYOND = "max_num_results" as const;

type Ranked = { readonly score: number; readonly chunkId: string };

const byScore = (one: Ranked, other: Ranked) =>
  other.score - one.score || (one.chunkId < other.chunkId ? -1 : 1);

function searchDeps(env: Env, scope: Scope, storeId: VectorStoreId) {
  return {
    plan: (terms: readonly string[]) =>
      withFreshStub(
        () => vectorStoreOf(env, scope, storeId),
        async (store) => await store.plan(terms),
      ),
    shard: (generation: number, number: number, query: ShardQuery) =>
      withFreshStub(
        () => searchShardOf(env, scope, storeId, generation, number),
        async (shard) => await shard.search(query),
      ),
    embedder: (name: string) => embedderOf(env, name),
  };
}

function embedderOf(env: Env, name: string): Embedder {
  const found = embeddingModels(env)(name);
  if (found) return found;
  throw new Error(`The embedding model ${name} of a vector store is not configured any more`);
}
