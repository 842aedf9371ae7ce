import type { AnswerDeps } from "../answer/search-into.ts";
import type { Scope } from "../knowledge/scope.ts";
import { languageModels } from "../platform/models/language-models.ts";
import { searchAll } from "./answering-deps.ts";

/** For a project's conversation objects, which make answers. */
export function conversationDeps(env: Env, scope: Scope): AnswerDeps {
  return {
    model: languageModels(env),
    search: (request, queries, signal) => searchAll(env, scope, request, queries, signal),
  };
}
