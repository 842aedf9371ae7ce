import { z } from "zod";

import { BusinessRulesParam, ViolationsParam } from "../rules/business-rule.ts";
import { repairText } from "../rules/repair-text.ts";
import { CitationsParam, TEXT_CHARACTERS_MAX } from "./evidence.ts";

/** `repair@1`: an answer, its citations, the rules, and what `rules@1` found it to break. */
export const RepairWith = z.strictObject({
  text: z.string().max(TEXT_CHARACTERS_MAX),
  citations: CitationsParam.nullish(),
  rules: BusinessRulesParam,
  violations: ViolationsParam,
});

/** Mends an answer without a model; `ok` is false when that was not enough. */
export function repairStep({ text, citations, rules, violations }: z.output<typeof RepairWith>) {
  const { isEmpty: _isEmpty, ...repaired } = repairText(text, violations, rules, citations ?? []);
  return repaired;
}
