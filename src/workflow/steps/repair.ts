import { z } from "zod";

import { BusinessRulesParam, ViolationsParam } from "../rules/business-rule.ts";
import { repairText } from "../rules/repair-text.ts";
import { CitationsParam, TEXT_CHARACTERS_MAX } from "./evidence.ts";

/** `repair@1`: an answer, its citations, the rules, and the violations that `rules@1` found. */
export const RepairWith = z.strictObject({
  text: z.string().max(TEXT_CHARACTERS_MAX),
  citations: CitationsParam.nullish(),
  rules: BusinessRulesParam,
  violations: ViolationsParam,
});

/** Repairs an answer without a model; `ok` is false when that was not sufficient. */
export function repairStep({ text, citations, rules, violations }: z.output<typeof RepairWith>) {
  const { isEmpty: _isEmpty, ...repaired } = repairText(text, violations, rules, citations ?? []);
  return repaired;
}
