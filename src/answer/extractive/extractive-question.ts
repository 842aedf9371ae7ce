import type { TextTurn } from "../answer-types.ts";
import { contentTerms } from "../content-terms.ts";
import { expectationOf, type Expectation } from "./extractive-expectation.ts";
import { rewriteQuestion } from "./rewrite-question.ts";

/** A question as the extractive model reads it: weighted terms and the kind of answer it asks for. */
export type Question = {
  readonly text: string;
  readonly terms: ReadonlyMap<string, QuestionTerm>;
  /** Terms in the order of the question, for phrases. */
  readonly order: readonly string[];
  readonly weightTotal: number;
  readonly expects: Expectation;
  /** It asks what something is about, without saying more: any opening of the evidence serves. */
  readonly isOverview: boolean;
};

export type QuestionTerm = {
  readonly weight: number;
  /** A name or a number: evidence that lacks it is about something else. */
  readonly named: boolean;
};

/** What a term weighs that every passage has: among few passages, rarity says little. */
const RARITY_BASE = 0.5;

/** Names and numbers weigh more than their frequency says. */
const NAMED_FACTOR = 1.3;

/** A term that only the turn before brings in weighs half of one that the question says itself. */
const CONTEXT_FACTOR = 0.5;

/** "How long", "what year", "which city": an answer gives a length, a year, a city without saying so. */
const ASKING_FACTOR = 0.1;

/**
 * Weighs each term by how few of the passages contain it. The passages were retrieved for this very
 * question, so a term that all of them share tells little about which sentence answers.
 */
export function readQuestion(
  text: string,
  history: readonly TextTurn[],
  passageTerms: readonly ReadonlySet<string>[],
): Question {
  const asked = text.replace(COMMAND, " ");
  const order = contentTerms(asked);
  const own = new Set(order);
  const { expects, asking } = expectationOf(text);
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
    const factor =
      (named.has(term) ? NAMED_FACTOR : 1) *
      (own.has(term) ? 1 : CONTEXT_FACTOR) *
      (askingTerms.has(term) ? ASKING_FACTOR : 1);
    terms.set(term, { weight: rarity * factor, named: named.has(term) });
    weightTotal += rarity * factor;
  }
  const isOverview = asked !== text && terms.size === 0;
  return { text, terms, order, weightTotal, expects, isOverview };
}

/** What a request says besides its subject: "Summarise the document about …", "Tell me more about …". */
const COMMAND =
  /\b(?:please|summari[sz]e|summary|sum up|overview|describe|explain|outline|tell (?:me|us)|give (?:me|us)|show (?:me|us)|main (?:points?|ideas?)|key points?|(?:this|the|these|those|all|my) (?:attached |uploaded )*(?:documents?|files?|texts?|pages?|articles?|sources?|content)|about|bitte|fasse?|zusammen(?:fassung)?|beschreibe?|erkläre?|erzähle?|(?:das|des|die|den) (?:dokuments?|dokumente|texte?s?|datei(?:en)?))\b|请|总结|概括|概述|介绍|说明一下|这篇文章|文档|สรุป|อธิบาย|เอกสาร|لخص|اشرح|صف/giu;

/**
 * Whether one of the terms has a common beginning with this one: an inflection, a derivation or a
 * compound that the stemmer does not join.
 */
export function hasStemOf(term: string, terms: Iterable<string>): boolean {
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
 * Words with a digit, and words with a capital except the first, which every sentence capitalises. German writes all
 * nouns with one, so there it says nothing.
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
