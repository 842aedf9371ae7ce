import { foldText } from "../../retrieval/fold.ts";
import { contentTerms } from "../content-terms.ts";
import { detectQuestionLanguage } from "./detect-question-language.ts";
import type { QuestionLexicon } from "./question-lexicon.ts";

/** The degree to which a question depends on what was said before it. */
export type Dependence = "entire" | "large" | "slight" | "none";

/** A question with at most this many terms of its own may be an ellipsis. */
const ELLIPSIS_TERMS_MAX = 4;
/** An ellipsis has at most this many terms that were not said before. */
const NEW_TERMS_MAX = 1;
/** A question with a pronoun and at most this many terms says next to nothing by itself. */
const BARE_TERMS_MAX = 2;
/** A question with more terms is understood without what it refers to. */
const REFERRING_TERMS_MAX = 8;

/**
 * Tells how far a question depends on the conversation before it. It does if it has a pronoun or another word that
 * points back, if it goes on from the message before ("And …?", "What about …?"), or if it has few words, of which some
 * were said before and none is asked for its meaning. A question that only is short does not: "What does kosher mean?"
 */
export function dependsOnContext(question: string, history: readonly string[]): Dependence {
  const lexicon = detectQuestionLanguage(question, history.at(-1));
  const folded = foldText(question);
  const framing = lexicon.termsOf("framing");
  const own = lexicon.termsOf("functionWords");
  const terms = new Set(
    contentTerms(question).filter((term) => !framing.has(term) && !own.has(term)),
  );
  if (terms.size === 0) return "entire";
  const refers = pointsBack(lexicon, folded) && !namesBefore(question);
  if (refers && terms.size <= BARE_TERMS_MAX) return "entire";
  if (refers && terms.size <= REFERRING_TERMS_MAX) return "large";
  const goesOn = lexicon.opensWith("continuations", folded);
  if (terms.size > ELLIPSIS_TERMS_MAX) return refers || goesOn ? "slight" : "none";
  if (goesOn) return "large";
  if (lexicon.find("definitions", folded)) return "none";
  if (isFragment(lexicon, folded)) return "slight";
  const said = new Set(history.flatMap(contentTerms));
  const known = [...terms].filter((term) => said.has(term)).length;
  return known > 0 && terms.size - known <= NEW_TERMS_MAX ? "slight" : "none";
}

/** Tests whether a folded question is a name or a noun alone, which says what it is about, but not what it asks. */
function isFragment(lexicon: QuestionLexicon, folded: string): boolean {
  return !lexicon.find("questionWords", folded) && !lexicon.find("functionWords", folded);
}

/** Tests whether a folded question has a word that points back, and is no mere form of words ("there is"). */
function pointsBack(lexicon: QuestionLexicon, folded: string): boolean {
  const plain = folded.replaceAll(NOT_POINTING, " ");
  return lexicon.find("references", plain) !== null;
}

/** Tests whether a pronoun of the third person follows a name in the question, to which it then refers. */
const namesBefore = (question: string): boolean => NAMED_BEFORE.test(question);

const NAMED_BEFORE =
  /\S\s+(?:\p{Lu}[\p{L}\p{M}'’-]+\s+(?:\S+\s+){0,8})(?:he|she|his|her|him|it|its|they|their|them)\b/u;

/** English forms of words with a pronoun that stands for nothing. */
const NOT_POINTING =
  /\b(?:(?:is|are|was|were|will) there|there (?:is|are|was|were)(?! any\b)|such as|it is (?:possible|true|necessary)|is it (?:possible|true|necessary)|so that|both (?=\S+ and\b)|one (?:\S+ )?of|the (?:fact|idea|belief) that|(?<=\p{L}{3} )that(?= \p{L}))/gu;
