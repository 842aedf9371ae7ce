import { z } from "zod";

import { FatalStepError } from "../../kernel/rules/step-handler.ts";
import { BusinessRulesParam } from "../rules/business-rule.ts";
import { checkRules, type EvaluateRule } from "../rules/check-rules.ts";
import { TEXT_CHARACTERS_MAX } from "./evidence.ts";

/** `rules@1`: an answer, its context, and the rules for it. */
export const RulesWith = z.strictObject({
  text: z.string().max(TEXT_CHARACTERS_MAX),
  context: z.unknown().optional(),
  rules: BusinessRulesParam,
  confidence: z.number().min(0).max(1).nullish(),
  on_violation: z.enum(["report", "fail"]).nullish(),
});

/** The evaluator of `rules@1`. */
export type RulesDeps = { readonly evaluateRule: EvaluateRule };

/**
 * Reports the rules that an answer breaks, so that a later step can repair it. With `on_violation: "fail"` the step
 * fails instead.
 */
export function rulesStep(deps: RulesDeps, given: z.output<typeof RulesWith>) {
  const { text, context, rules, confidence, on_violation } = given;
  const answer = { text, confidence: confidence ?? null, context: context ?? null };
  const violations = checkRules(answer, rules, deps.evaluateRule);
  if (violations.length > 0 && on_violation === "fail") {
    const broken = violations.map(({ id, message }) => `${message} (rule '${id}')`);
    throw new FatalStepError(broken.join("; "));
  }
  return { ok: violations.length === 0, violations };
}
