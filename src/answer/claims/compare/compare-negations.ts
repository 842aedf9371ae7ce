import type { Negation, Sentence } from "../reading/read-sentence.ts";
import type { Alignment } from "./align.ts";
import { type AlignedEvidence, type Finding, NEAR_COPY } from "./evidence.ts";

/** Words after (or before) a negation among which are those that it negates. */
const SCOPE_WORDS = 7;
const SCOPE_TERMS = 3;
/** A claim less close to its evidence may say no in other words. */
const CLOSE = 0.5;
/** Content words that a claim leaves out together with a negation, so that it leaves out what is negated too. */
const LEFT_OUT_TERMS_MIN = 3;

/** Compares what a claim denies with what its evidence denies. */
export function compareNegations(evidence: AlignedEvidence): Finding[] {
  const { claim, found, alignment } = evidence;
  const isClose = alignment.closeness >= CLOSE;
  const here = found.sentence;
  const pairs = pairNegations(claim, here, alignment);
  const added = claim.negations.some((one) => !pairs.has(one) && isAdded(one, evidence));
  const paired = new Set(pairs.values());
  const removed = here.negations.some((one) => !paired.has(one) && isRemoved(one, evidence));
  const isTurned = turnsPrefix(claim, here) !== turnsPrefix(here, claim);
  const prefixed = isTurned && claim.negations.length === here.negations.length;
  if (!added && !removed && !prefixed) return [];
  return [{ reason: "negation", isConflict: isClose, isSure: isClose }];
}

/** Pairs each negation of the claim with one of the evidence: the same word, or one of the same terms. */
function pairNegations(
  claim: Sentence,
  here: Sentence,
  { matches }: Alignment,
): Map<Negation, Negation> {
  const pairs = new Map<Negation, Negation>();
  const left = new Set(here.negations);
  const pair = (one: Negation, isSame: (other: Negation) => boolean) => {
    const other = [...left].find(isSame);
    if (pairs.has(one) || !other) return;
    pairs.set(one, other);
    left.delete(other);
  };
  for (const one of claim.negations) pair(one, ({ last }) => last === matches[one.last]);
  for (const one of claim.negations) {
    const scope = scopeOf(claim, one);
    pair(one, (other) => overlaps(scope, scopeOf(here, other)));
  }
  return pairs;
}

/** Returns true for a negation of the claim by which it denies what the evidence says. */
function isAdded(
  negation: Negation,
  { claim, found, context, alignment }: AlignedEvidence,
): boolean {
  const here = found.sentence;
  if (hasNegatedCue(claim, negation, here) || turnsPrefix(here, claim)) return false;
  if (alignment.closeness >= NEAR_COPY) return true;
  const scope = scopeOf(claim, negation);
  const isDeniedAround = context.some((sentence) =>
    sentence.negations.some((other) => overlaps(scope, scopeOf(sentence, other))),
  );
  return !isDeniedAround && [...scope].some((term) => here.termSet.has(term));
}

/** Returns true for a negation of the evidence whose words the claim has without a negation. */
function isRemoved(negation: Negation, { claim, found, alignment }: AlignedEvidence): boolean {
  const here = found.sentence;
  if (alignment.closeness < CLOSE || isLeftOut(negation, here, alignment)) return false;
  if (hasNegatedCue(here, negation, claim) || turnsPrefix(claim, here)) return false;
  if (alignment.closeness >= NEAR_COPY) {
    const gap = alignment.gaps.find(({ evidence }) => evidence.includes(negation.last));
    const terms = (gap?.evidence ?? []).filter((at) => here.terms[at] !== "");
    const isWithin = terms.every((at) => at >= negation.first && at <= negation.last);
    if (isWithin || terms.length < LEFT_OUT_TERMS_MIN) return true;
  }
  const [first] = scopeOf(here, negation);
  return first !== undefined && claim.termSet.has(first);
}

/** Returns true for a negation in a clause before or after all that the claim takes from the evidence. */
function isLeftOut(
  { first, last }: Negation,
  { words }: Sentence,
  { matches }: Alignment,
): boolean {
  const taken = matches.filter((match) => match >= 0);
  const [from, to] = [Math.min(...taken), Math.max(...taken)];
  const hasBreak = (start: number, end: number) =>
    words.slice(start, end).some(({ kind }) => kind === "break");
  return (last < from && hasBreak(last, from)) || (first > to && hasBreak(to, first));
}

/** Returns the terms that a negation is about, nearest first; those on its other side if there are none on its own. */
function scopeOf(sentence: Sentence, negation: Negation): Set<string> {
  const scope = scopeOnSide(sentence, negation, negation.kind === "after" ? -1 : 1);
  return scope.size > 0
    ? scope
    : scopeOnSide(sentence, negation, negation.kind === "after" ? 1 : -1);
}

function scopeOnSide(
  { terms, words }: Sentence,
  { first, last }: Negation,
  step: 1 | -1,
): Set<string> {
  const scope = new Set<string>();
  const from = step === 1 ? last + 1 : first - 1;
  for (let at = from; Math.abs(at - from) < SCOPE_WORDS && scope.size < SCOPE_TERMS; at += step) {
    const word = words[at];
    if (!word || word.kind === "break" || /^[–—]$/u.test(word.text)) break;
    const term = terms[at] ?? "";
    if (term !== "") scope.add(term);
  }
  return scope;
}

function overlaps(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].some((term) => other.has(term));
}

/** Returns true if a negation turns a word into its opposite, which the other sentence says: "not allowed", "banned". */
function hasNegatedCue(sentence: Sentence, negation: Negation, other: Sentence): boolean {
  return sentence.cues.some(
    (cue) =>
      cue.isNegated &&
      !cue.isPlaced &&
      Math.min(Math.abs(cue.first - negation.last), Math.abs(negation.first - cue.last)) <= 2 &&
      other.cues.some(
        ({ axis, side, isNegated }) => axis === cue.axis && side !== cue.side && !isNegated,
      ) &&
      !other.cues.some(({ axis, side }) => axis === cue.axis && side === cue.side),
  );
}

/** Returns true if a sentence has a word with a negating prefix whose rest the other sentence has: "unlawful", "lawful". */
function turnsPrefix(sentence: Sentence, other: Sentence): boolean {
  return sentence.words.some(
    ({ negated, term }) =>
      negated !== null &&
      term !== "" &&
      !other.termSet.has(term) &&
      other.termSet.has(negated) &&
      !sentence.termSet.has(negated),
  );
}
