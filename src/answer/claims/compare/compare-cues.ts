import { readMeanings } from "../reading/meanings.ts";
import type { Cue, Sentence } from "../reading/read-sentence.ts";
import type { Gap } from "./align.ts";
import {
  countShared,
  type AlignedEvidence,
  type Finding,
  localTerms,
  NEAR_COPY,
} from "./evidence.ts";

/**
 * Compares the words of oppositions: where the evidence says "all", "must", "increase" or "before" of something, a claim
 * may not say "some", "may", "decrease" or "after" of it.
 */
export function compareCues(evidence: AlignedEvidence): Finding[] {
  return readMeanings(evidence.claim).cues.flatMap((cue) => compareCue(cue, evidence) ?? []);
}

function compareCue(cue: Cue, evidence: AlignedEvidence): Finding | null {
  const { claim, found, alignment } = evidence;
  // "Cannot" and "must not" say the same. Negations are compared by a rule of their own.
  if (cue.reason === "modality" && isDenied(claim, cue)) return null;
  if (isMatched(cue, alignment.matches)) {
    const other = readMeanings(found.sentence).cues.find(
      ({ last, axis }) => last === alignment.matches[cue.last] && axis === cue.axis,
    );
    return other && isConverse(cue, other, evidence) ? TURNED : null;
  }
  const gap = alignment.gaps.find(
    (one) => one.claim.includes(cue.last) || one.claim.includes(cue.first),
  );
  const rivals = readMeanings(found.sentence).cues.filter(({ axis }) => axis === cue.axis);
  if (cue.isPlaced) {
    const isReplaced =
      gap !== undefined &&
      isReplacement(gap) &&
      (alignment.closeness >= CLOSE || !cue.isTelling) &&
      rivals.some((other) => sideOf(other) !== sideOf(cue) && gap.evidence.includes(other.last));
    return isReplaced ? { reason: cue.reason, isConflict: true, isSure: true } : null;
  }
  const nearest = rivals
    .map((other) => ({ other, weight: closeness(cue, other, evidence, gap?.evidence ?? []) }))
    .toSorted((a, b) => b.weight - a.weight);
  const [best] = nearest;
  if (!best)
    return isAdded(cue, evidence) ? { reason: cue.reason, isConflict: false, isSure: true } : null;
  const isSame = nearest.some(
    ({ other, weight }) => weight === best.weight && sideOf(other) === sideOf(cue),
  );
  if (isConverse(cue, best.other, evidence)) return isSame ? TURNED : null;
  if (isSame || best.weight === 0 || isSaidElsewhere(cue, claim, best.other, alignment.matches))
    return null;
  return { reason: cue.reason, isConflict: true, isSure: alignment.closeness >= NEAR_COPY };
}

const TURNED: Finding = { reason: "comparison", isConflict: true, isSure: true };

/**
 * Returns true if two comparisons have the compared names on different sides: "A is larger than B", and "B is larger than
 * A" or "B is smaller than A".
 */
function isConverse(cue: Cue, other: Cue, { claim, found }: AlignedEvidence): boolean {
  if (cue.reason !== "comparison" || cue.isPlaced) return false;
  const [here, there] = [namesAround(claim, cue), namesAround(found.sentence, other)];
  return (
    shares(here.before, there.after) &&
    shares(here.after, there.before) &&
    !shares(here.before, there.before) &&
    !shares(here.after, there.after)
  );
}

function shares(one: readonly string[], other: readonly string[]): boolean {
  return one.some((name) => other.includes(name));
}

function namesAround({ names }: Sentence, { first, last }: Cue) {
  return {
    before: names.filter(({ at }) => at < first).map(({ term }) => term),
    after: names.filter(({ at }) => at > last).map(({ term }) => term),
  };
}

/** Returns true for a word with a negation just behind it, such as "can" in "cannot". */
export function isDenied({ negations }: Sentence, { last }: Cue): boolean {
  return negations.some(({ first }) => first === last + 1);
}

/** A claim less close to a sentence says something else, so that words at the same place have nothing to do with each other. */
const CLOSE = 0.5;

/** Words on each side of a gap at most, for words in it to stand in the place of each other. */
const REPLACED_WORDS_MAX = 5;

function isReplacement({ claim, evidence }: Gap): boolean {
  return claim.length <= REPLACED_WORDS_MAX && evidence.length <= REPLACED_WORDS_MAX;
}

/** Returns true if the evidence has all words of a cue at the same place. */
function isMatched({ first, last }: Cue, matches: readonly number[]): boolean {
  return matches.slice(first, last + 1).every((match) => match >= 0);
}

/** The side of a cue. A negation turns the first two sides around: "not more" is "less". */
function sideOf({ side, isNegated }: Cue): number {
  return isNegated && side < 2 ? 1 - side : side;
}

/** Tells how much two cues are about the same: the words around them that are equal, most of all at the same place. */
function closeness(
  cue: Cue,
  other: Cue,
  { claim, found }: AlignedEvidence,
  gap: readonly number[],
): number {
  const place = gap.includes(other.first) || gap.includes(other.last) ? 10 : 0;
  return (
    place + countShared(localTerms(claim, cue.first, cue.last), localOf(found.sentence, other))
  );
}

function localOf(sentence: Sentence, cue: Cue): Sentence {
  return { ...sentence, termSet: localTerms(sentence, cue.first, cue.last) };
}

/** Returns true if the claim has the rival itself too, at its place: then the cue is about something else. */
function isSaidElsewhere(
  cue: Cue,
  claim: Sentence,
  rival: Cue,
  matches: readonly number[],
): boolean {
  return claim.cues.some(
    (other) =>
      other.axis === cue.axis && other.side === rival.side && matches[other.last] === rival.last,
  );
}

/** The side of an opposition that says less than a sentence without it: "some", "may". */
const WEAK_SIDE = 1;

/** Returns true for a quantifier or a duty that a near copy of the evidence adds: "only", "all", "must". */
function isAdded({ reason, side }: Cue, { alignment }: AlignedEvidence): boolean {
  const isStrong = reason === "quantifier" || reason === "modality";
  return isStrong && side !== WEAK_SIDE && alignment.closeness >= NEAR_COPY;
}
