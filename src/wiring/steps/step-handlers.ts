import type { StepHandler, StepHandlers } from "../../kernel/rules/step-handler.ts";
import type { Scope } from "../../knowledge/scope.ts";
import { ANSWER_GENERATE, ANSWER_RETRIEVE } from "../../workflow/built-in/answer.ts";
import { INGEST_FILE } from "../../workflow/built-in/ingest.ts";
import type { StepTypes } from "../../workflow/compile/step-types.ts";
import { evaluateRule } from "../../workflow/language/evaluate-rule.ts";
import { ANSWERING_STEP_TYPES } from "../../workflow/steps/answering-steps.ts";
import { EXTERNAL_STEP_TYPES } from "../../workflow/steps/external-step-types.ts";
import { answeringStepsFor } from "./answering-steps.ts";
import { externalSteps } from "./external-steps.ts";
import { withPublicErrors } from "./public-errors.ts";

/**
 * Creates the handlers of all step types for the project of `scope`, except for steps that wait, which the workflow
 * engine itself implements.
 */
export const stepHandlers = (env: Env, scope: Scope): StepHandlers =>
  withPublicErrors({
    ...answeringStepsFor(env, scope, evaluateRule),
    ...externalSteps(env, scope),
  });

/**
 * Creates the handlers of all step types for a Durable Object that learns the project of a run only when a step begins:
 * `findScope` returns it. A handler is built only when a step of its type runs, since every answer needs such an object
 * and few of the handlers.
 */
export function stepHandlersFor(env: Env, findScope: (runId: string) => Scope): StepHandlers {
  kinds ??= Object.entries(stepHandlers(env, NO_SCOPE));
  const handlers = kinds.map(([use, kind]): [string, StepHandler] => {
    if (kind.kind === "dispatched") return [use, kind];
    const run: typeof kind.run = async (context) => {
      const own = stepHandlers(env, findScope(context.runId))[use];
      return own?.kind === "local" ? await own.run(context) : null;
    };
    return [use, { ...kind, run }];
  });
  return Object.fromEntries(handlers);
}

/** The names and kinds of the handlers are the same for every project. */
let kinds: readonly [string, StepHandler][] | null = null;
const NO_SCOPE: Scope = { projectId: "proj_", region: "auto" };

/**
 * The step types that workflows can use, with the schemas of their parameters (`with`). A workflow is checked against
 * them when it is saved.
 */
export const STEP_TYPES: StepTypes = {
  ...Object.fromEntries(
    Object.entries({ ...ANSWERING_STEP_TYPES, ...EXTERNAL_STEP_TYPES }).map(([use, schema]) => [
      use,
      { with: schema },
    ]),
  ),
  // Allowed only in a workflow that replaces the built-in one made of these steps.
  [ANSWER_RETRIEVE]: { only: "answers" },
  [ANSWER_GENERATE]: { only: "answers", once: true },
  [INGEST_FILE]: { only: "ingestion", once: true },
};
