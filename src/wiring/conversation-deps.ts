import type { AnswerDeps } from "../answer/search-into.ts";
import type { Scope } from "../knowledge/scope.ts";
import { claimJudges } from "../platform/models/claim-judges.ts";
import { languageModels, listModelNames } from "../platform/models/language-models.ts";
import { searchStores } from "../retrieval/search-stores.ts";
import { searchDeps } from "./search-deps.ts";

/**
 * Creates the dependencies with which conversation objects (Durable Objects) produce answers: the search of a project's
 * vector stores, the deployment's models, and the judges of citations.
 */
export function conversationDeps(env: Env, scope: Scope): AnswerDeps {
  return {
    modelNames: listModelNames(env),
    model: languageModels(env),
    judge: (name) => claimJudges(env).judge(name),
    search: async ({ storeIds, ...search }, queries, signal) => {
      const { maxResults } = search;
      const deps = searchDeps(env, scope, { ...search, queries }, signal);
      // The stores were checked when the response was admitted. A store that was deleted since then has no hits.
      const found = await searchStores(deps, { storeIds, maxResults, missing: "skip" });
      return found.ok ? found.value : { hits: [] };
    },
  };
}
