import type { StepHandler, StepHandlers } from "../../kernel/rules/step-handler.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { EXTERNAL_STEP_TYPES } from "../../workflow/steps/external-step-types.ts";
import { httpStep } from "./http-step.ts";
import { sqlStep } from "./sql-step.ts";
import { stepAccess } from "./step-access.ts";

/**
 * Creates the handlers of the step types that call services outside, `http@1` and `sql@1`, for a project. Their
 * parameters (`with`) are declared in `EXTERNAL_STEP_TYPES`.
 */
export function externalSteps(env: Env, scope: Scope): StepHandlers {
  const access = stepAccess(env);
  return {
    "http@1": httpStep(env, scope, access),
    "sql@1": sqlStep(env, scope, access),
  } satisfies Record<keyof typeof EXTERNAL_STEP_TYPES, StepHandler>;
}
