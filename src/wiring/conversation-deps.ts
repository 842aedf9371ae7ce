import type { AnswerDeps } from "../answer/search-into.ts";
import type { Scope } from "../knowledge/scope.ts";
import { languageModels } from "../platform/models/language-models.ts";
import { searchStores } from "../retrieval/search-stores.ts";
import { searchDeps } from "./search-deps.ts";

/** For a project's conversation objects, which make answers. */
export function conversationDeps(env: Env, scope: Scope): AnswerDeps {
  return {
    model: languageModels(env),
    search: async ({ storeIds, ...search }, queries, signal) => {
      const { maxResults } = search;
      const deps = searchDeps(env, scope, { ...search, queries }, signal);
      // The response was admitted with its stores; one that was deleted since then has nothing to add.
      const found = await searchStores(deps, { storeIds, maxResults, missing: "skip" });
      return found.ok ? found.value : { hits: [] };
    },
  };
}
