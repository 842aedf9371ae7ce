import { verifyClaim } from "../../claims/verify-claim.ts";
import { asksYesOrNo } from "../composing/question-shape.ts";
import type { SentenceCandidate } from "../extractive-candidates.ts";
import type { ExtractiveQuestion } from "../extractive-question.ts";
import { measureUntold } from "./differences.ts";

/** The relation of a question to a passage, as the rules that check claims see it. */
type StatementMatch = {
  /**
   * The degree to which the evidence says what the question says, apart from what is asked, from 0 to 1; 0 if its passage
   * says something else.
   */
  readonly stated: number;
  /** True if the passage says another number, date, order or direction. */
  readonly differs: boolean;
};

/** Reasons of a verdict that count for a question, which leaves out the value that it asks for. */
const DIFFERENCES: ReadonlySet<string> = new Set(["number", "unit", "date"]);
/** Reasons that count only if the verdict is sure: their words may belong to another part of the sentence. */
const SURE_DIFFERENCES: ReadonlySet<string> = new Set(["comparison", "direction"]);
/** Reasons that do not count: a question omits the subject that it asks for, and joins several sentences of a passage. */
const ALLOWED: ReadonlySet<string> = new Set(["subject", "joined"]);

/**
 * Reads a question as a statement without the asked part, and checks it against the passage of the evidence: "Who owns
 * the largest mill?" does not fit "Ada owns the smallest mill". A follow-up question and a row without a header
 * say too little to be checked. What contradicts a question for yes or no answers it.
 */
export function matchStatement(
  question: ExtractiveQuestion,
  candidate: SentenceCandidate,
): StatementMatch {
  const { text, isFollowUp, expectation } = question;
  const { passage, unit } = candidate;
  if (isFollowUp || (unit.kind === "row" && unit.lead === "")) return UNCHECKED;
  const verdict = verifyClaim(
    expectation.lexicon.removeAsking(text.replace(QUESTION_END, "")),
    passage,
  );
  const told = 1 - measureUntold(question, candidate);
  if (!("reason" in verdict)) return { stated: verdict.isSure ? told : 0, differs: false };
  const { reason, isSure } = verdict;
  if (asksYesOrNo(text) && verdict.verdict === "contradicted")
    return { stated: told, differs: false };
  return {
    stated: ALLOWED.has(reason) ? told : 0,
    differs: DIFFERENCES.has(reason) || (isSure && SURE_DIFFERENCES.has(reason)),
  };
}

const UNCHECKED: StatementMatch = { stated: 1, differs: false };
const QUESTION_END = /[\s?？؟]+$/u;
