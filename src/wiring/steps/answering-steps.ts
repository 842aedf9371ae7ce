import type { StepHandlers } from "../../kernel/rules/step-handler.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { readProjectSettings } from "../../platform/databases/project-settings.ts";
import { claimJudges } from "../../platform/models/claim-judges.ts";
import { answerModels } from "../../platform/models/language-models.ts";
import { searchStores } from "../../retrieval/search-stores.ts";
import type { EvaluateRule } from "../../workflow/rules/check-rules.ts";
import { answeringSteps } from "../../workflow/steps/answering-steps.ts";
import type { StepTask } from "../../workflow/steps/dispatched-step.ts";
import { type GenerateDeps, generateStep, GenerateWith } from "../../workflow/steps/generate.ts";
import { readWith } from "../../workflow/steps/read-with.ts";
import { searchDeps } from "../search-deps.ts";
import { toPublicError } from "./public-errors.ts";

/** Creates the dependencies of the step type `generate@1`. */
const generateDeps = (env: Env, scope: Scope): GenerateDeps => ({
  ...answerModels(env),
  judge: (name) => claimJudges(env).judge(name),
  settings: () => readProjectSettings(env.CATALOG, scope.projectId),
});

/**
 * Does a step of the type `generate@1` outside of its run's object, and returns the step's output. Throws errors whose
 * messages are for clients.
 */
export async function generateFor(
  env: Env,
  scope: Scope,
  task: StepTask,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    const given = readWith(GenerateWith, task.with);
    return await generateStep(generateDeps(env, scope), given, { ...task, signal });
  } catch (error) {
    throw toPublicError(error, { ...task, signal });
  }
}

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
    ...generateDeps(env, scope),
    retrieve: ({ storeIds, ...search }, queries, signal) =>
      searchStores(searchDeps(env, scope, { ...search, queries }, signal), {
        storeIds,
        maxResults: search.maxResults,
        missing: "refuse",
      }),
    evaluateRule,
  });
}
