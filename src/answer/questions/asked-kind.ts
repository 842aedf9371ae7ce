import { foldText } from "../../retrieval/fold.ts";
import { detectQuestionLanguage } from "./detect-question-language.ts";
import type { AskedKind } from "./question-language.ts";
import type { FoundWording, QuestionLexicon } from "./question-lexicon.ts";

/** The kind of thing that a question asks for, such as a time for "when"; `any` if its wording does not say. */
export type ExpectedAnswer = AskedKind | "any";

/** A question's kind of answer, the words that ask for it, and the lexicon of its language. */
export type Expectation = {
  readonly expects: ExpectedAnswer;
  /** The words by which the kind was detected, such as "how many"; a sentence that answers need not repeat them. */
  readonly asking: string;
  readonly lexicon: QuestionLexicon;
};

/** The kinds with question words of their own. "Which" asks for a name only if nothing else says more. */
const KINDS = ["duration", "number", "time", "person", "place", "reason"] as const;

/**
 * Detects the kind of thing that a question asks for, by the first question word that has one. A word after another
 * question word asks for nothing: "What happens when …".
 */
export function detectExpectation(question: string): Expectation {
  const lexicon = detectQuestionLanguage(question);
  const folded = foldText(question.slice(0, QUESTION_CHARACTERS));
  let first: (FoundWording & { readonly kind: AskedKind }) | null = null;
  for (const kind of KINDS) {
    const found = lexicon.findAsked(kind, folded);
    if (found && (first === null || isBefore(found, first))) first = { ...found, kind };
  }
  const other = lexicon.language.isSpaced ? lexicon.find("questionWords", folded) : null;
  if (first !== null && (other === null || isBefore(first, other))) {
    return { expects: first.kind, asking: first.words, lexicon };
  }
  const named = lexicon.findAsked("name", folded);
  if (named) return { expects: "name", asking: named.words, lexicon };
  return { expects: "any", asking: "", lexicon };
}

/** Length of the beginning of a question in which its question word is looked for. */
const QUESTION_CHARACTERS = 1_000;

/** Of two wordings at one place, the longer one counts: "how long" before "how". */
const isBefore = (one: FoundWording, other: FoundWording) =>
  one.index < other.index || (one.index === other.index && one.words.length > other.words.length);

/**
 * Tests whether a sentence contains something of the kind that the question expects, such as a number, that the question
 * does not contain.
 */
export function meetsExpectation(
  { expects, lexicon }: Expectation,
  sentence: string,
  question: string,
): boolean {
  return SIGNS[expects](sentence, question, lexicon);
}

type Sign = (sentence: string, question: string, lexicon: QuestionLexicon) => boolean;

const SIGNS: Record<ExpectedAnswer, Sign> = {
  time: (sentence, question, lexicon) => {
    const rest = removeAskedNumbers(question, sentence);
    return DATES.test(rest) || has("times", rest, lexicon);
  },
  number: hasNumber,
  duration: (sentence, question, lexicon) =>
    hasNumber(sentence, question, lexicon) && has("durations", sentence, lexicon),
  person: hasNewName,
  name: hasNewName,
  place: (sentence, question, lexicon) =>
    hasNewName(sentence, question) && (lexicon.language.code !== "en" || PLACED.test(sentence)),
  reason: (sentence, _question, lexicon) => has("reasons", sentence, lexicon),
  any: () => true,
};

/** Years, ordinal numbers, dates of digits and times of a day, in any language. */
const DATES =
  /(?<!\p{N})\p{N}{3,4}(?!\p{N})|\d{1,2}(?:st|nd|rd|th)\b|\d\s*[年月日世]|\d{1,2}[:.]\d{2}(?!\d)/iu;

/** A place in an English sentence follows one of these words. */
const PLACED = /\b(?:in|at|from|near|to|of|into|on|between|across)\s+(?:the\s+)?\p{Lu}/u;

const has = (
  list: "times" | "numbers" | "durations" | "reasons",
  sentence: string,
  lexicon: QuestionLexicon,
) => lexicon.find(list, foldText(sentence)) !== null;

function hasNumber(sentence: string, question: string, lexicon: QuestionLexicon): boolean {
  const rest = removeAskedNumbers(question, sentence);
  return /\p{N}/u.test(rest) || has("numbers", rest, lexicon);
}

function removeAskedNumbers(question: string, sentence: string): string {
  const asked = new Set(question.match(/\p{N}+/gu));
  return sentence.replace(/\p{N}+/gu, (number) => (asked.has(number) ? "" : number));
}

/** Detects a name that the question does not contain. Scripts without capitals give no sign of a name: returns true. */
function hasNewName(sentence: string, question: string): boolean {
  if (!/\p{Ll}/u.test(sentence)) return true;
  const asked = question.toLowerCase();
  for (const { 0: word, index } of sentence.matchAll(/\p{Lu}[\p{L}\p{M}'’-]+/gu)) {
    const opensSentence = index === 0 || /^["“([]+$/.test(sentence.slice(0, index));
    if (!opensSentence && !asked.includes(word.toLowerCase())) return true;
  }
  return false;
}
