import type { TextTurn } from "../answer-types.ts";
import { contentTerms } from "../content-terms.ts";
import { detectExpectation, type Expectation } from "../questions/asked-kind.ts";
import { type AskedCode, readCodes } from "./evidence/codes.ts";
import { correctTerm } from "./evidence/correct-term.ts";
import { rewriteQuestion } from "./rewrite-question.ts";

/** A question as `extractive-1` analyses it: its terms with their weights, and the kind of thing it asks for. */
export type ExtractiveQuestion = {
  readonly text: string;
  readonly terms: ReadonlyMap<string, QuestionTerm>;
  /** The question's terms in their order, by which phrases of the question are found in sentences. */
  readonly order: readonly string[];
  readonly weightTotal: number;
  readonly expectation: Expectation;
  /** The numbers and codes by which the question names a part of a document or an entry: "4.2.2", "§ 6", "E1066". */
  readonly codes: readonly AskedCode[];
  /** True for a question that can only be understood after what was said before it. */
  readonly isFollowUp: boolean;
  /** True for a request that names no subject, such as "Summarise this"; the beginning of any passage can answer it. */
  readonly isOverview: boolean;
};

/** The evidence value of a term of the question: its weight, and whether it is a name or a number. */
type QuestionTerm = {
  readonly weight: number;
  /** True for a name or a number: evidence without it is about something else. */
  readonly named: boolean;
  /** True for a word of the question itself that says what it is about, and not only what is asked of it. */
  readonly isTopic: boolean;
};

/** Weight of a term that every passage contains: among few passages, rarity means little. */
const RARITY_BASE = 0.5;

/** Names and numbers weigh more than their frequency suggests. */
const NAMED_FACTOR = 1.3;

/** A term that only an earlier turn contains weighs half as much as one of the question. */
const CONTEXT_FACTOR = 0.5;

/**
 * For terms like "how long", "what year", "which city": an answer gives a length, a year or a city without these words.
 */
const ASKING_FACTOR = 0.1;

/** For terms like "mean", "happen" and "difference", which a sentence that answers may leave out. */
const FRAMING_FACTOR = 0.25;

/**
 * Analyses a question. `passageTerms` has the set of terms of each passage: a term that occurs in more passages gets
 * less weight, since it does not distinguish the sentence that answers.
 */
export function readQuestion(
  text: string,
  history: readonly TextTurn[],
  passageTerms: readonly ReadonlySet<string>[],
): ExtractiveQuestion {
  const asked = text.replace(COMMAND, " ");
  const expectation = detectExpectation(text);
  const { asking, lexicon } = expectation;
  const ownWords = lexicon.termsOf("functionWords");
  const framing = lexicon.termsOf("framing");
  const vocabulary = new Set(passageTerms.flatMap((terms) => [...terms]));
  const order = contentTerms(asked)
    .filter((term) => !ownWords.has(term))
    .map((term) => correct(term, vocabulary));
  const own = new Set(order);
  const askingTerms = new Set(contentTerms(asking));
  const rewritten = rewriteQuestion(history, text);
  const named = namedTerms(rewritten);
  const context =
    rewritten === text ? [] : contentTerms(rewritten).filter((term) => !own.has(term));
  const terms = new Map<string, QuestionTerm>();
  let weightTotal = 0;
  for (const term of [...order, ...context]) {
    if (terms.has(term)) continue;
    const count = passageTerms.filter((seen) => seen.has(term)).length;
    const rarity = RARITY_BASE + Math.log(1 + (passageTerms.length - count + 1) / (count + 0.5));
    const isAsking = askingTerms.has(term);
    const isTopic = own.has(term) && !isAsking && !framing.has(term);
    const factor =
      (named.has(term) ? NAMED_FACTOR : 1) *
      (own.has(term) ? 1 : CONTEXT_FACTOR) *
      (isAsking ? ASKING_FACTOR : framing.has(term) ? FRAMING_FACTOR : 1);
    terms.set(term, { weight: rarity * factor, named: named.has(term), isTopic });
    weightTotal += rarity * factor;
  }
  return {
    text,
    terms,
    order,
    weightTotal,
    expectation,
    codes: readCodes(text),
    isFollowUp: rewritten !== text,
    isOverview: asked !== text && terms.size === 0,
  };
}

/** A term that no passage has may be misspelled. */
function correct(term: string, vocabulary: ReadonlySet<string>): string {
  if (vocabulary.has(term) || sharesStem(term, vocabulary)) return term;
  return correctTerm(term, vocabulary) ?? term;
}

/** The words of a request that are not its subject: "Summarise the document about …", "Tell me more about …". */
const COMMAND =
  /\b(?:please|summari[sz]e|summary|sum up|overview|describe|explain|outline|tell (?:me|us)|give (?:me|us)|show (?:me|us)|main (?:points?|ideas?)|key points?|(?:this|the|these|those|all|my) (?:attached |uploaded )*(?:documents?|files?|texts?|pages?|articles?|sources?|content)|about|bitte|fasse?|zusammen(?:fassung)?|beschreibe?|erkläre?|erzähle?|(?:das|des|die|den) (?:dokuments?|dokumente|texte?s?|datei(?:en)?))\b|请|总结|概括|概述|介绍|说明一下|这篇文章|文档|สรุป|อธิบาย|เอกสาร|لخص|اشرح|صف/giu;

/**
 * Tests whether one of `terms` has a common beginning with `term`. This matches inflections, derivations and compounds
 * of a word that the stemmer does not reduce to one stem.
 */
export function sharesStem(term: string, terms: Iterable<string>): boolean {
  if (term.length < STEM_LENGTH_MIN) return false;
  const stem = term.slice(0, Math.max(STEM_LENGTH_MIN, Math.ceil(term.length * 0.7)));
  for (const other of terms) {
    if (other.startsWith(stem) || (other.length > STEM_LENGTH_MIN && term.startsWith(other)))
      return true;
  }
  return false;
}

const STEM_LENGTH_MIN = 4;

/**
 * Returns the terms of words with a digit or a capital. The first word does not count, since every sentence capitalises
 * it; in German only digits count, since German capitalises all nouns.
 */
function namedTerms(text: string): ReadonlySet<string> {
  const words = Array.from(text.matchAll(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu), ([word]) => word);
  const isGerman = GERMAN.test(text);
  const named = words.filter(
    (word, index) => /\p{N}/u.test(word) || (index > 0 && !isGerman && /^\p{Lu}/u.test(word)),
  );
  return new Set(named.flatMap((word) => contentTerms(word)));
}

const GERMAN =
  /\b(?:der|das|dem|eine[mnrs]?|wie|wer|wem|wen|wann|warum|welche[mnrs]?|und|sind|wurden?|für|nach|bei|zur|zum|ich)\b/iu;
