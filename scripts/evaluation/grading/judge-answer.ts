import type { LocalAnswer } from "./local-store.ts";
import type { GradedQuestion } from "./question-set.ts";

/** The judgement of an answer. `answered`: there was an answer although the documents have none. */
export type Verdict = "right" | "wrong" | "abstained" | "answered";

/** An answer with its judgement. `missing`: what it lacks. `neighbours`: the values of neighbours that it has. */
export type Graded = {
  readonly question: GradedQuestion;
  readonly answer: LocalAnswer;
  readonly verdict: Verdict;
  readonly missing: readonly string[];
  readonly neighbours: readonly string[];
};

/** Judges an answer to a question of a set. */
export function judgeAnswer(question: GradedQuestion, answer: LocalAnswer): Graded {
  const hasAbstained = answer.grounding?.status === "abstained";
  const missing = question.all.filter((value) => !hasValue(answer.text, value));
  const hasOne = question.answers.some((value) => hasValue(answer.text, value));
  const neighbours = hasAbstained
    ? []
    : question.must_not.filter((value) => hasValue(answer.text, value));
  const isComplete = question.all.length > 0 ? missing.length === 0 : hasOne;
  const graded = { question, answer, missing, neighbours };
  if (!question.answerable) return { ...graded, verdict: hasAbstained ? "right" : "answered" };
  if (hasAbstained) return { ...graded, verdict: "abstained" };
  return { ...graded, verdict: isComplete && neighbours.length === 0 ? "right" : "wrong" };
}

/**
 * Tests whether a text has a value. Case, spaces and kinds of dashes and apostrophes make no difference, and a number is
 * not found within another one: "9" is in "9 kg" and "9.00", and neither in "19" nor in "9.50".
 */
function hasValue(text: string, value: string): boolean {
  const wanted = normalize(value);
  const pattern = wanted.replaceAll(/[^\p{L}\p{N}\s]/gu, String.raw`\$&`);
  const before = /^\d/.test(wanted) ? String.raw`(?<!\d)(?<!\d\.)` : "";
  const after = /\d$/.test(wanted) ? String.raw`(?!\d)(?!\.(?!00(?:\D|$))\d)` : "";
  return new RegExp(before + pattern + after).test(normalize(text));
}

const normalize = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[‐‑–]/g, "-")
    .replaceAll("’", "'")
    .replaceAll(" %", "%")
    .trim();
