import { FatalStepError } from "../../kernel/rules/step-handler.ts";
import type { BusinessRule, Violation } from "./business-rule.ts";
import { findAmounts } from "./find-amounts.ts";
import { findPhrase, type FoldedText, foldVisible } from "./find-phrases.ts";

/** Evaluates an expression over variables; throws an Error whose message is for people. */
export type EvaluateRule = (expression: string, variables: Record<string, unknown>) => unknown;

export type RuledAnswer = {
  readonly text: string;
  /** Null when nothing is known of it, which satisfies no minimum. */
  readonly confidence: number | null;
  readonly context: unknown;
};

/** Rules that the text alone breaks or keeps. */
export type TextRule = Extract<
  BusinessRule,
  { kind: "required_text" | "forbidden_phrase" | "max_amount" }
>;

/** Places that are reported for one rule. */
const PLACES_REPORTED = 10;

/** What an answer breaks, in the order of the rules. */
export function checkRules(
  answer: RuledAnswer,
  rules: readonly BusinessRule[],
  evaluateRule: EvaluateRule,
): Violation[] {
  const folded = foldVisible(answer.text);
  return rules.flatMap((rule): Violation[] => {
    switch (rule.kind) {
      case "required_text":
      case "forbidden_phrase":
      case "max_amount":
        return breachesOf(answer.text, folded, rule, PLACES_REPORTED);
      case "min_confidence": {
        const { confidence } = answer;
        if (confidence !== null && confidence >= rule.value) return [];
        const actual = confidence === null ? "not known" : confidence.toFixed(2);
        return [breach(rule, `The confidence is ${actual}; at least ${rule.value} is needed.`)];
      }
      case "cel":
        return holds(rule, answer, evaluateRule) ? [] : [breach(rule, rule.message)];
    }
  });
}

/** What the text alone breaks, at up to `placesMax` places a rule. */
export function checkText(
  text: string,
  rules: readonly TextRule[],
  placesMax: number,
): Violation[] {
  const folded = foldVisible(text);
  return rules.flatMap((rule) => breachesOf(text, folded, rule, placesMax));
}

function breachesOf(
  text: string,
  folded: FoldedText,
  rule: TextRule,
  placesMax: number,
): Violation[] {
  switch (rule.kind) {
    case "required_text": {
      const isThere = rule.anyOf.some((one) => findPhrase(folded, one, 1).length > 0);
      return isThere ? [] : [breach(rule, `The answer must say: “${rule.anyOf[0]}”`)];
    }
    case "forbidden_phrase":
      return rule.phrases
        .flatMap((phrase) =>
          findPhrase(folded, phrase, placesMax).map((span) => ({
            ...breach(rule, `The answer must not say “${phrase}”.`),
            span,
          })),
        )
        .slice(0, placesMax);
    case "max_amount": {
      const { amount, currency } = rule;
      return findAmounts(text, currency ?? null)
        .filter(
          ({ value, currencies }) => value > amount && (!currency || currencies.includes(currency)),
        )
        .slice(0, placesMax)
        .map(({ start, end }) => {
          const limit = [amount, currency].filter((part) => part).join(" ");
          const said = `The answer names ${text.slice(start, end)}; at most ${limit} is allowed.`;
          return { ...breach(rule, said), span: { start, end } };
        });
    }
  }
}

/** A rule that cannot be evaluated lets nothing pass: whoever wrote it has to mend it. */
function holds(
  { id, expression }: Extract<BusinessRule, { kind: "cel" }>,
  { text, confidence, context }: RuledAnswer,
  evaluateRule: EvaluateRule,
): boolean {
  let value: unknown;
  try {
    value = evaluateRule(expression, { answer: { text, confidence }, context });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FatalStepError(`The rule '${id}' could not be evaluated: ${reason}`, {
      cause: error,
    });
  }
  if (typeof value === "boolean") return value;
  throw new FatalStepError(`The rule '${id}' must come to true or false, not ${typeof value}`);
}

const breach = ({ id, kind, message }: BusinessRule, otherwise: string): Violation => ({
  id,
  kind,
  message: message ?? otherwise,
});
