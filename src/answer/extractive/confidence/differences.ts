import { contentTerms } from "../../content-terms.ts";
import { areAkin } from "../evidence/akin-words.ts";
import type { SentenceCandidate } from "../extractive-candidates.ts";
import { sharesStem, type ExtractiveQuestion } from "../extractive-question.ts";

/** Signs of a negated question. */
const NEGATION =
  /\b(?:not|never|no|neither|nor|none|without|cannot|nicht|nie|niemals|kein\w*|ohne)\b|n['’]t\b|没有|不是|ไม่|ليس|(?:^|\s)لا\s/iu;
/** Further words by which evidence says that something is not so. */
const DENIAL =
  /\b(?:except|unlike|unable|impossible|fail\w*|lack\w*|refus\w*|exclu\w*|forb[ai]d\w*|prohibit\w*|außer|ausgeschlossen|verboten)\b/iu;

/** Tests whether the question is negated, and neither the evidence nor what is above it says that something is not so. */
export function lacksNegation(
  question: ExtractiveQuestion,
  { passage, unit, start, end }: SentenceCandidate,
): boolean {
  if (!NEGATION.test(question.text)) return false;
  const said = [...unit.headings, unit.lead, passage.text.slice(start, end)].join("\n");
  return !NEGATION.test(said) && !DENIAL.test(said);
}

/** More missing names say no more. */
const UNNAMED_MAX = 2;

/** Counts the names and numbers of a question that its passage and what is above it lack, at most 2. */
export function countUnnamed(
  { terms: asked }: ExtractiveQuestion,
  { passage, context }: SentenceCandidate,
): number {
  const named = [...asked].flatMap(([term, { named: isNamed }]) => (isNamed ? [term] : []));
  if (named.length === 0) return 0;
  const missing = listUnsaid(named, [...contentTerms(passage.text), ...context]);
  return Math.min(UNNAMED_MAX, missing.length);
}

/**
 * Tests whether the evidence has another word where the question has one that its passage lacks: "the western tower" for
 * the northern one.
 */
export function isReplaced(
  { text, terms: asked }: ExtractiveQuestion,
  { passage, terms, context }: SentenceCandidate,
): boolean {
  const around = [...contentTerms(passage.text), ...context];
  const words = Array.from(text.matchAll(WORD), ([word]) => contentTerms(word)[0] ?? "");
  return words.some((word, at) => {
    const next = words[at + 1];
    if (next === undefined || !asked.get(word)?.isTopic || !asked.get(next)?.isTopic) return false;
    const other = terms[terms.indexOf(next) - 1];
    if (other === undefined || asked.has(other)) return false;
    return listUnsaid([word], around).length > 0 && !areAkin(word, around);
  });
}

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu;

/** The largest share of words that a row without a header can be said to miss. */
const UNTOLD_OF_ROW = 0.5;

/** A word beside the evidence says half as much as one in it. */
const BESIDE = 0.5;

/**
 * Returns the share of the words that say what a question is about of which the evidence and its context have no form,
 * from 0 to 1; one of the sentences beside it counts half. Each word counts the same, whether the store has it often or
 * not at all. A row without a header does not name its values, so that a missing word says less there.
 */
export function measureUntold(
  { terms: asked }: ExtractiveQuestion,
  { unit, terms, context, beside }: SentenceCandidate,
): number {
  const topics = [...asked].flatMap(([term, { isTopic }]) => (isTopic ? [term] : []));
  if (topics.length === 0) return 0;
  const untold = listUnsaid(topics, [...terms, ...context]);
  const unknown = listUnsaid(untold, beside).length;
  const share = (unknown + BESIDE * (untold.length - unknown)) / topics.length;
  return unit.kind === "row" && unit.lead === "" ? Math.min(UNTOLD_OF_ROW, share) : share;
}

function listUnsaid(wanted: readonly string[], terms: readonly string[]): readonly string[] {
  const said = new Set(terms);
  return wanted.filter((term) => !said.has(term) && !sharesStem(term, said));
}
