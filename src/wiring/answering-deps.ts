import { EXTRACTIVE_MODEL } from "../answer/answer-model.ts";
import type { FileSearch } from "../answer/answer-request.ts";
import type { AnswerDeps } from "../answer/search-into.ts";
import type { AdmitResponseDeps } from "../conversation/admit-response.ts";
import { readSettings } from "../env.ts";
import type { ConversationDeps } from "../http/answering/responses.ts";
import type { Scope } from "../knowledge/scope.ts";
import { languageModels } from "../platform/models/language-models.ts";
import {
  conversationOf,
  outlastRestarts,
  vectorStoreOf,
  withFreshStub,
} from "../platform/objects.ts";
import type { SearchHit } from "../retrieval/search-types.ts";
import { namedWorkflow, ownWorkflow } from "./project-workflows.ts";
import { searchStores } from "./search-stores.ts";

/** What answers are made with, in the conversation object of a project. */
export function answerDeps(env: Env, scope: Scope): AnswerDeps {
  return {
    model: languageModels(env),
    search: (request, queries, signal) => searchAll(env, scope, request, queries, signal),
  };
}

/** What routes need to have answers made. */
export function answeringDeps(env: Env, scope: Scope): ConversationDeps & AdmitResponseDeps {
  return {
    defaultModel: readSettings(env).LLM_MODEL ?? EXTRACTIVE_MODEL,
    model: languageModels(env),
    refuseStore: async (id) => {
      const store = await withFreshStub(
        () => vectorStoreOf(env, scope, id),
        async (object) => await object.read(),
      );
      return store.ok ? null : store.error;
    },
    workflow: async (name) =>
      name === null ? ownWorkflow(env, scope, "answer") : namedWorkflow(env, scope, name),
    call: (key, method) => outlastRestarts(() => method(conversationOf(env, scope, key))),
  };
}

/** Every store is searched at the same time. A store that was deleted meanwhile has nothing to say. */
async function searchAll(
  env: Env,
  scope: Scope,
  { storeIds, ...search }: FileSearch,
  queries: readonly string[],
  signal: AbortSignal,
): Promise<readonly SearchHit[]> {
  const request = { ...search, queries };
  const found = await Promise.all(
    storeIds.map((storeId) => searchStores(env, scope, [storeId], request, signal)),
  );
  return found
    .flatMap((outcome) => (outcome.ok ? outcome.value.hits : []))
    .toSorted((one, other) => other.score - one.score || (one.chunkId < other.chunkId ? -1 : 1))
    .slice(0, request.maxResults);
}
