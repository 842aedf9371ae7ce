import type { z } from "zod";

import type { StepContext, StepHandler, StepHandlers } from "../../kernel/rules/step-handler.ts";
import { type GenerateDeps, generateStep, GenerateWith } from "./generate.ts";
import { readWith } from "./read-with.ts";
import { repairStep, RepairWith } from "./repair.ts";
import { rerankStep, RerankWith } from "./rerank.ts";
import { type RetrieveDeps, retrieveStep, RetrieveWith } from "./retrieve.ts";
import { rewriteStep, RewriteWith } from "./rewrite.ts";
import { type RulesDeps, rulesStep, RulesWith } from "./rules.ts";
import { transformStep, TransformWith } from "./transform.ts";
import { verifyStep, VerifyWith } from "./verify.ts";

/** The step types that search, generate, check and repair answers, with the schemas of their parameters (`with`). */
export const ANSWERING_STEP_TYPES = {
  "retrieve@1": RetrieveWith,
  "rewrite@1": RewriteWith,
  "rerank@1": RerankWith,
  "generate@1": GenerateWith,
  "verify@1": VerifyWith,
  "rules@1": RulesWith,
  "repair@1": RepairWith,
  "transform@1": TransformWith,
} satisfies StepTypes;

type StepTypes = Readonly<Record<string, z.ZodType>>;

/** The dependencies of the step types that search, generate, check and repair answers. */
export type AnsweringStepDeps = RetrieveDeps & GenerateDeps & RulesDeps;

/**
 * Builds the handlers of the step types that search, generate, check and repair answers. All are pure except
 * `generate@1`, whose model may cost money.
 */
export function answeringSteps(deps: AnsweringStepDeps): StepHandlers {
  return {
    "retrieve@1": pure(RetrieveWith, (given, { signal }) => retrieveStep(deps, given, signal)),
    "rewrite@1": pure(RewriteWith, rewriteStep),
    "rerank@1": pure(RerankWith, rerankStep),
    "generate@1": effect(GenerateWith, (given, context) => generateStep(deps, given, context)),
    "verify@1": pure(VerifyWith, verifyStep),
    "rules@1": pure(RulesWith, (given) => rulesStep(deps, given)),
    "repair@1": pure(RepairWith, repairStep),
    "transform@1": pure(TransformWith, transformStep),
  } satisfies Record<keyof typeof ANSWERING_STEP_TYPES, StepHandler>;
}

function effect<Schema extends z.ZodType>(
  schema: Schema,
  run: (given: z.output<Schema>, context: StepContext) => unknown,
) {
  return {
    kind: "local",
    run: async (context) => await run(readWith(schema, context.with), context),
  } satisfies StepHandler;
}

const pure = <Schema extends z.ZodType>(
  schema: Schema,
  run: (given: z.output<Schema>, context: StepContext) => unknown,
) => ({ ...effect(schema, run), pure: true as const });
