import type { VectorStoreId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { readProjectSettings } from "../platform/databases/project-settings.ts";
import { listStores } from "../platform/databases/store-catalog.ts";
import { defaultEmbeddingModel, embeddingModels } from "../platform/models/embedding-models.ts";
import {
  answerModels,
  listModelNames,
  listModels,
  readBreakers,
} from "../platform/models/language-models.ts";
import { addressVectorStore, withFreshStub } from "../platform/objects.ts";
import { questionEmbedder } from "./embedding-cache-deps.ts";

/** Creates the dependencies of the routes of models, for the project of `scope`. */
export const modelDeps = (env: Env, scope: Scope) => ({
  modelNames: listModelNames(env),
  list: () => listModels(env),
  breakers: () => readBreakers(env),
  defaults: {
    answering: answerModels(env).defaultModel,
    embedding: defaultEmbeddingModel(env),
  },
  settings: () => readProjectSettings(env.CATALOG, scope.projectId),
  store: (id: VectorStoreId) =>
    withFreshStub(
      () => addressVectorStore(env, scope, id),
      (store) => store.readLive(),
    ),
  stores: async (limit: number) => {
    const newest = { limit, order: "desc", after: null, before: null } as const;
    return (await listStores(env.CATALOG, scope.projectId, newest)).rows;
  },
});

/** Creates the dependencies of the embeddings route, for the project of `scope`, whose cache it shares with searches. */
export const embeddingDeps = (env: Env, scope: Scope) => {
  const known = embeddingModels(env);
  return {
    modelNames: listModelNames(env),
    embedder: (name: string) => known(name) && questionEmbedder(env, scope, name),
  };
};
