import type { VectorStoreId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { readProjectSettings } from "../platform/databases/project-settings.ts";
import { listStores } from "../platform/databases/store-catalog.ts";
import { embeddingModels } from "../platform/models/embedding-models.ts";
import { listModelNames, listModels } from "../platform/models/language-models.ts";
import { addressVectorStore, withFreshStub } from "../platform/objects.ts";

/** Creates what the routes of models depend on. */
export const modelDeps = (env: Env, scope: Scope) => ({
  modelNames: listModelNames(env),
  list: () => listModels(env),
  settings: () => readProjectSettings(env.CATALOG, scope.projectId),
  store: (id: VectorStoreId) =>
    withFreshStub(
      () => addressVectorStore(env, scope, id),
      (store) => store.readLive(),
    ),
  stores: async (limit: number) => {
    const newest = { limit, order: "desc", after: null, before: null } as const;
    return (await listStores(env.CATALOG, scope.projectId, newest)).stores;
  },
});

/** Creates what the route of embeddings depends on. */
export const embeddingDeps = (env: Env) => ({
  modelNames: listModelNames(env),
  embedder: embeddingModels(env),
});
