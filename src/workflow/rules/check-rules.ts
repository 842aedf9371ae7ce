import { FatalStepError } from "../../kernel/rules/step-handler.ts";
import type { BusinessRule, UnsupportedClaim, Violation } from "./business-rule.ts";
import { findAmounts } from "./find-amounts.ts";
import { findPhrase, type FoldedText, foldVisible } from "./find-phrases.ts";

/**
 * Evaluates the CEL expression of a business rule with the given variables. Throws an Error whose message is for users.
 */
export type EvaluateRule = (expression: string, variables: Record<string, unknown>) => unknown;

/** An answer that is checked against business rules. `context` is any JSON, which CEL rules can use. */
export type RuledAnswer = {
  readonly text: string;
  /** The confidence of the answer, 0 to 1; null if it is unknown, which satisfies no minimum. */
  readonly confidence: number | null;
  readonly context: unknown;
  /** The claims that no citation supports; null if the answer's passages are not known. */
  readonly unsupported?: readonly UnsupportedClaim[] | null;
};

/** A business rule that concerns only the text of an answer, not its confidence or context. */
export type TextRule = Extract<
  BusinessRule,
  { kind: "required_text" | "forbidden_phrase" | "max_amount" }
>;

/** Maximum number of positions that are reported for one rule. */
const PLACES_REPORTED = 10;

/** Checks an answer against business rules. Returns the violations, in the order of the rules. */
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
        return findBreaches(answer.text, folded, rule, PLACES_REPORTED);
      case "min_confidence": {
        const { confidence } = answer;
        if (confidence !== null && confidence >= rule.value) return [];
        const actual = confidence === null ? "not known" : confidence.toFixed(2);
        return [
          toViolation(rule, `The confidence is ${actual}; it must be at least ${rule.value}.`),
        ];
      }
      case "grounding": {
        if (answer.unsupported) return describeUnsupported(rule, answer.text, answer.unsupported);
        const missing = `The rule '${rule.id}' of the kind 'grounding' needs the members 'passages' and 'citations' of rules@1`;
        throw new FatalStepError(missing);
      }
      case "cel":
        return holds(rule, answer, evaluateRule) ? [] : [toViolation(rule, rule.message)];
    }
  });
}

/** Maximum number of claims without support that are reported. */
const CLAIMS_REPORTED = 500;
/** Maximum characters of a sentence that a message repeats. */
const SENTENCE_CHARACTERS_MAX = 300;

/** Describes the claims of an answer that no citation supports as violations of a rule, each with its reason. */
export function describeUnsupported(
  { id, kind, message }: Pick<BusinessRule, "id" | "kind" | "message">,
  text: string,
  claims: readonly UnsupportedClaim[],
): Violation[] {
  return claims.slice(0, CLAIMS_REPORTED).map(({ span, reason }) => {
    const sentence = text.slice(span.start, span.end);
    const said = `“${sentence.slice(0, SENTENCE_CHARACTERS_MAX).toWellFormed()}”`;
    const otherwise =
      reason === "uncited"
        ? `No source is cited for ${said}.`
        : `The cited source does not support ${said} (${reason}).`;
    return { id, kind, message: message ?? otherwise, span: { start: span.start, end: span.end } };
  });
}

/**
 * Checks the text of an answer against business rules. Returns the violations, each with up to `placesMax` positions.
 */
export function checkText(
  text: string,
  rules: readonly TextRule[],
  placesMax: number,
): Violation[] {
  const folded = foldVisible(text);
  return rules.flatMap((rule) => findBreaches(text, folded, rule, placesMax));
}

function findBreaches(
  text: string,
  folded: FoldedText,
  rule: TextRule,
  placesMax: number,
): Violation[] {
  switch (rule.kind) {
    case "required_text": {
      const isThere = rule.anyOf.some((one) => findPhrase(folded, one, 1).length > 0);
      return isThere ? [] : [toViolation(rule, `The answer must say: “${rule.anyOf[0]}”`)];
    }
    case "forbidden_phrase":
      return rule.phrases
        .flatMap((phrase) =>
          findPhrase(folded, phrase, placesMax).map((span) => ({
            ...toViolation(rule, `The answer must not say “${phrase}”.`),
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
          return { ...toViolation(rule, said), span: { start, end } };
        });
    }
  }
}

/** Evaluates a rule. A rule that cannot be evaluated fails the step: its author has to fix it. */
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
  throw new FatalStepError(`The rule '${id}' must evaluate to true or false, not ${typeof value}`);
}

const toViolation = ({ id, kind, message }: BusinessRule, otherwise: string): Violation => ({
  id,
  kind,
  message: message ?? otherwise,
});
