import type { StepHandler, StepHandlers } from "../kernel/step-handler.ts";
import type { Scope } from "../knowledge/scope.ts";
import { ANSWER_EXTRACT, ANSWER_GENERATE, ANSWER_RETRIEVE } from "../workflow/built-in/answer.ts";
import { INGEST_FILE } from "../workflow/built-in/ingest.ts";
import { evaluateRule } from "../workflow/language/evaluate-rule.ts";
import type { StepTypes } from "../workflow/native-steps.ts";
import { ANSWERING_STEP_TYPES } from "../workflow/steps/answering-steps.ts";
import { EXTERNAL_STEP_TYPES } from "../workflow/steps/external-step-types.ts";
import { answeringStepsFor } from "./answering-steps.ts";
import { externalSteps } from "./steps/external-steps.ts";

/** What the steps of a project's workflows may use, besides what the kernel itself does. */
export const stepHandlers = (env: Env, scope: Scope): StepHandlers => ({
  ...answeringStepsFor(env, scope, evaluateRule),
  ...externalSteps(env, scope),
});

/** The same in an object that learns whose a run is when a step of it begins. */
export function stepHandlersFor(env: Env, scopeOf: (runId: string) => Scope): StepHandlers {
  const handlers = Object.entries(stepHandlers(env, NOBODY)).map(
    ([use, handler]): [string, StepHandler] => {
      if (handler.kind === "dispatched") return [use, handler];
      const run: typeof handler.run = async (context) => {
        const own = stepHandlers(env, scopeOf(context.runId))[use];
        return own?.kind === "local" ? await own.run(context) : null;
      };
      return [use, { ...handler, run }];
    },
  );
  return Object.fromEntries(handlers);
}

/** Only to learn which handlers there are. */
const NOBODY: Scope = { projectId: "proj_", region: "auto" };

/** By what they are given, for workflows to be checked against when they are saved. */
export const STEP_TYPES: StepTypes = {
  ...Object.fromEntries(
    Object.entries({ ...ANSWERING_STEP_TYPES, ...EXTERNAL_STEP_TYPES }).map(([use, schema]) => [
      use,
      { with: schema },
    ]),
  ),
  [ANSWER_RETRIEVE]: { only: "answers" },
  [ANSWER_GENERATE]: { only: "answers" },
  [ANSWER_EXTRACT]: { only: "answers" },
  [INGEST_FILE]: { only: "ingestion" },
};
