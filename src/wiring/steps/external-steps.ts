import type { StepHandlers } from "../../kernel/rules/step-handler.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { httpStep } from "./http-step.ts";
import { sqlStep } from "./sql-step.ts";
import { stepAccess } from "./step-access.ts";

/** The steps of a project that leave the service. What they are given is checked by `EXTERNAL_STEP_TYPES`. */
export function externalSteps(env: Env, scope: Scope): StepHandlers {
  const access = stepAccess(env);
  return { "http@1": httpStep(env, scope, access), "sql@1": sqlStep(env, scope, access) };
}
