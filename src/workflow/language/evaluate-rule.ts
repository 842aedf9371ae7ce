import { shorten } from "../../shorten.ts";
import type { EvaluateRule } from "../rules/check-rules.ts";
import { isCelName, readCel, RULE_VARIABLES } from "./cel-program.ts";
import { JsonWriter, toCel } from "./cel-values.ts";
import { Meter } from "./meter.ts";

/** Evaluates a rule of a `rules@1` step, a CEL expression, with the same limits as every other expression. */
export const evaluateRule: EvaluateRule = (expression, variables) => {
  const { references, run } = readCel(expression);
  for (const name of references.variables) {
    if (RULE_VARIABLES.has(name) || isCelName(name)) continue;
    throw new Error(
      `There is no "${shorten(name)}": rules can use ${[...RULE_VARIABLES].join(" and ")}`,
    );
  }
  const scope = Object.entries(variables).map(([name, value]) => [name, toCel(value)]);
  return new JsonWriter().write(run(Object.fromEntries(scope), new Meter()));
};
