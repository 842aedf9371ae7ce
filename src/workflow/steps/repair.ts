import { z } from "zod";

import { BusinessRulesParam, ViolationsParam } from "../rules/business-rule.ts";
import { repairText } from "../rules/repair-text.ts";
import { CitationsParam, TEXT_CHARACTERS_MAX } from "./evidence.ts";

/**
 * The schema of the parameters of `repair@1`: an answer, its citations, the business rules, and the violations that
 * `rules@1` found.
 */
export const RepairWith = z.strictObject({
  text: z.string().max(TEXT_CHARACTERS_MAX),
  citations: CitationsParam.nullish(),
  rules: BusinessRulesParam,
  violations: ViolationsParam,
});

/**
 * Runs a `repair@1` step: repairs an answer by its business rules, without a model. `ok` in the output is false if the
 * answer still breaks rules.
 */
export function repairStep({ text, citations, rules, violations }: z.output<typeof RepairWith>) {
  const { isEmpty: _isEmpty, ...repaired } = repairText(text, violations, rules, citations ?? []);
  return repaired;
}
