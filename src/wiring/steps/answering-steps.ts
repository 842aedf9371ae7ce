import type { StepHandlers } from "../../kernel/rules/step-handler.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { readProjectSettings } from "../../platform/databases/project-settings.ts";
import { claimJudges } from "../../platform/models/claim-judges.ts";
import { answerModels } from "../../platform/models/language-models.ts";
import { searchStores } from "../../retrieval/search-stores.ts";
import type { EvaluateRule } from "../../workflow/rules/check-rules.ts";
import { answeringSteps } from "../../workflow/steps/answering-steps.ts";
import { searchDeps } from "../search-deps.ts";

/**
 * Creates the handlers of the step types that search, generate answers and verify them, with the models of the
 * deployment and the vector stores of the project.
 */
export function answeringStepsFor(
  env: Env,
  scope: Scope,
  evaluateRule: EvaluateRule,
): StepHandlers {
  return answeringSteps({
    ...answerModels(env),
    judge: (name) => claimJudges(env).judge(name),
    settings: () => readProjectSettings(env.CATALOG, scope.projectId),
    retrieve: ({ storeIds, ...search }, queries, signal) =>
      searchStores(searchDeps(env, scope, { ...search, queries }, signal), {
        storeIds,
        maxResults: search.maxResults,
        missing: "refuse",
      }),
    evaluateRule,
  });
}
