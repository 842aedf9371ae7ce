import type { StepHandlers } from "../kernel/step-handler.ts";
import type { Scope } from "../knowledge/scope.ts";
import { evaluateRule } from "../workflow/language/evaluate-rule.ts";
import type { StepTypes } from "../workflow/native-steps.ts";
import { ANSWERING_STEP_TYPES } from "../workflow/steps/answering-steps.ts";
import { answeringStepsFor } from "./answering-steps.ts";

/** What the steps of a project's workflows may use, besides what the kernel itself does. */
export function stepHandlers(env: Env, scope: Scope): StepHandlers {
  return { ...answeringStepsFor(env, scope, evaluateRule) };
}

/** The same by what they are given, for workflows to be checked against when they are saved. */
export const STEP_TYPES: StepTypes = Object.fromEntries(
  Object.entries({ ...ANSWERING_STEP_TYPES }).map(([name, schema]) => [name, { with: schema }]),
);
