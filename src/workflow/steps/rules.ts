import { z } from "zod";

import { FatalStepError } from "../../kernel/rules/step-handler.ts";
import { BusinessRulesParam } from "../rules/business-rule.ts";
import { checkRules, type EvaluateRule } from "../rules/check-rules.ts";
import { checkClaims } from "./check-claims.ts";
import { CitationsParam, PassagesParam, TEXT_CHARACTERS_MAX } from "./evidence.ts";

/**
 * The schema of the parameters of `rules@1`: an answer, data for CEL rules (`context`), citations and passages for rules
 * of the kind `grounding`, and the business rules to check.
 */
export const RulesWith = z.strictObject({
  text: z.string().max(TEXT_CHARACTERS_MAX),
  context: z.unknown().optional(),
  rules: BusinessRulesParam,
  confidence: z.number().min(0).max(1).nullish(),
  citations: CitationsParam.nullish(),
  passages: PassagesParam.nullish(),
  on_violation: z.enum(["report", "fail"]).nullish(),
});

/** The dependency of `rules@1`: the evaluator of CEL rules. */
export type RulesDeps = { readonly evaluateRule: EvaluateRule };

/**
 * Runs a `rules@1` step: returns the violations of business rules by an answer, so that a later step can repair the
 * answer. With `on_violation: "fail"` a violation fails the step.
 */
export function rulesStep(deps: RulesDeps, given: z.output<typeof RulesWith>) {
  const { text, context, rules, confidence, citations, passages, on_violation } = given;
  const isKnown = rules.some(({ kind }) => kind === "grounding") && passages;
  const answer = {
    text,
    confidence: confidence ?? null,
    context: context ?? null,
    unsupported: isKnown ? checkClaims(text, citations ?? [], passages).unsupported : null,
  };
  const violations = checkRules(answer, rules, deps.evaluateRule);
  if (violations.length > 0 && on_violation === "fail") {
    const broken = violations.map(({ id, message }) => `${message} (rule '${id}')`);
    throw new FatalStepError(broken.join("; "));
  }
  return { ok: violations.length === 0, violations };
}
