import type { Sentence } from "../reading/read-sentence.ts";
import type { AlignedEvidence, Finding } from "./evidence.ts";
import { isSameThroughout } from "./same-meaning.ts";

/** Content words from the start of a sentence among which its subject is, unless a known verb ends it earlier. */
const SUBJECT_TERMS = 3;
const CLOSE = 0.6;

/**
 * Compares the subjects: where the evidence says something of employees, a claim may not say it of contractors. A claim
 * may name what the evidence calls "it" or "the company".
 */
export function compareSubjects(evidence: AlignedEvidence): Finding[] {
  const { claim, found, alignment, poolTerms } = evidence;
  const here = found.sentence;
  const subject = findSubject(claim);
  const isKnown = (at: number) => poolTerms.has(claim.terms[at] ?? "");
  const isClose = alignment.closeness >= CLOSE;
  for (const gap of alignment.gaps) {
    const unmatched = gap.claim.filter((at) => subject.words.includes(at));
    if (unmatched.length === 0 || isSameThroughout(gap, claim, here)) continue;
    // Where no known verb ends the subject, a word in the middle may be a verb.
    if (!subject.isEnded && unmatched[0] !== subject.words[0]) continue;
    const others = unmatched.filter((at) => isForeign(claim, at, here));
    const isUnknown = others.some((at) => !isKnown(at));
    if (isClose && others.length > 0 && replaces(gap.evidence, evidence, isUnknown)) {
      return [{ reason: "subject", isConflict: true, isSure: true }];
    }
    if (isClose && others.length === 0 && isMoved(unmatched, gap.evidence, evidence)) {
      return [{ reason: "joined", isConflict: true, isSure: false }];
    }
    const isOther = !isClose && others.length > 0 && !isKnown(subject.words.at(-1) ?? -1);
    const { words } = findSubject(here);
    if (
      isOther &&
      replaces(
        words.filter((at) => gap.evidence.includes(at)),
        evidence,
        false,
      )
    ) {
      return [{ reason: "subject", isConflict: false, isSure: false }];
    }
  }
  return [];
}

/** The content words of the subject of a sentence. `isEnded`: a known verb follows them. */
type Subject = { readonly words: readonly number[]; readonly isEnded: boolean };

/** Finds the content words before the first verb; none if a pronoun is the subject, or a noun with "this". */
function findSubject(sentence: Sentence): Subject {
  const { words, terms, lexicon } = sentence;
  const start = subjectStart(sentence);
  const opening = words[start];
  const isQuantifier = sentence.cues.some(({ first }) => first === start);
  if (opening && terms[start] === "" && !isQuantifier && lexicon.references.has(opening.folded)) {
    return { words: [], isEnded: true };
  }
  const subject: number[] = [];
  for (let at = start; at < words.length; at++) {
    if (lexicon.verbs.has(words[at]?.folded ?? "")) return { words: subject, isEnded: true };
    if (subject.length === SUBJECT_TERMS) break;
    if (terms[at] !== "") subject.push(at);
  }
  return { words: subject, isEnded: false };
}

/** Words of an opening before the subject, up to its comma. */
const OPENING_WORDS_MAX = 14;

/** Endings of adverbs in English, French, Spanish, Italian and German. */
const ADVERB = /(?:ly|mente?|weise)$/u;

/** The index of the first word of the subject: behind an opening such as "After two years," or "Interestingly,". */
function subjectStart({ words, start, lexicon }: Sentence): number {
  const comma = words.findIndex(({ text }, at) => at > start && /^[,，،、]$/u.test(text));
  if (comma < 0 || comma > start + OPENING_WORDS_MAX) return start;
  const { folded } = words[start] ?? { folded: "" };
  const isAdverb = comma === start + 1 && ADVERB.test(folded);
  return isAdverb || lexicon.openers.has(folded) ? comma + 1 : start;
}

/** Returns true if the evidence has the subject of the claim, but elsewhere, and another subject at its place. */
function isMoved(
  unmatched: readonly number[],
  gap: readonly number[],
  evidence: AlignedEvidence,
): boolean {
  const { claim, found } = evidence;
  const isThere = unmatched.some(
    (at) => found.sentence.termSet.has(claim.terms[at] ?? "") && !isReference(claim, at),
  );
  return isThere && replaces(gap, evidence, false);
}

/** Returns true for a content word that the evidence does not have, and that is no reference to something before. */
function isForeign(claim: Sentence, at: number, here: Sentence): boolean {
  const term = claim.terms[at] ?? "";
  const isCue = claim.cues.some(({ first, last }) => at >= first && at <= last);
  return term !== "" && !here.termSet.has(term) && !isReference(claim, at) && !isCue;
}

function isReference({ lexicon, words }: Sentence, at: number): boolean {
  return lexicon.references.has(words[at]?.folded ?? "");
}

/**
 * Returns true if the evidence has another subject at that place, which the claim does not name. A pronoun there may
 * stand for a subject that the passage names elsewhere, but for no unknown one.
 */
function replaces(
  gap: readonly number[],
  { claim, found }: AlignedEvidence,
  isUnknown: boolean,
): boolean {
  const here = found.sentence;
  return gap.some((at) => {
    const term = here.terms[at] ?? "";
    if (isReference(here, at)) return isUnknown;
    return term !== "" && !claim.termSet.has(term);
  });
}
