import type { ClaimMismatch } from "../claim-types.ts";
import type { PassageSentence } from "../reading/read-passage.ts";
import type { Sentence } from "../reading/read-sentence.ts";
import type { Alignment } from "./align.ts";

/** A sentence of a passage that a claim is compared with, and what is around it. */
export type AlignedEvidence = {
  readonly claim: Sentence;
  readonly found: PassageSentence;
  readonly alignment: Alignment;
  /** The sentences before and after it, and its headings. */
  readonly context: readonly Sentence[];
  /** All sentences of the passages that are cited together. */
  readonly pool: readonly PassageSentence[];
  /** All terms of these passages and their headings. */
  readonly poolTerms: { has(term: string): boolean };
};

/**
 * A disagreement of a claim with its evidence. `isConflict`: the evidence says something else, rather than nothing.
 * `isSure` is false where it may be a paraphrase.
 */
export type Finding = {
  readonly reason: ClaimMismatch;
  readonly isConflict: boolean;
  readonly isSure: boolean;
};

/** In a claim this close to its evidence, words at the same place stand for the same. */
export const NEAR_COPY = 0.8;

/**
 * Returns the part of the evidence (a number, a date) at the same place as a part of the claim, if the claim is a near
 * copy; null if there is none.
 */
export function findReplaced<T extends { readonly first: number }>(
  part: { readonly first: number },
  parts: readonly T[],
  { alignment }: AlignedEvidence,
): T | null {
  if (alignment.closeness < NEAR_COPY) return null;
  const gap = alignment.gaps.find(({ claim }) => claim.includes(part.first));
  return (gap && parts.find(({ first }) => gap.evidence.includes(first))) ?? null;
}

/** Words on each side of a word that are compared to see whether two sentences say something of the same thing. */
const LOCAL_WORDS = 7;

/** Returns the terms of a sentence that are near the words from `first` to `last`. */
export function localTerms(sentence: Sentence, first: number, last: number): Set<string> {
  const terms = sentence.terms.slice(Math.max(0, first - LOCAL_WORDS), last + LOCAL_WORDS + 1);
  return new Set(terms.filter((term) => term !== ""));
}

/** Counts the terms that a set has in common with a sentence and its headings. */
export function countShared(terms: ReadonlySet<string>, ...sentences: readonly Sentence[]): number {
  let count = 0;
  for (const term of terms) if (sentences.some(({ termSet }) => termSet.has(term))) count += 1;
  return count;
}

/**
 * Looks for another sentence of the passages that says what a part of a claim says, as `says` tests, and that has at
 * least as many of the words around that part as the evidence itself.
 */
export function findHome(
  evidence: AlignedEvidence,
  part: { readonly first: number; readonly last: number },
  says: (sentence: Sentence) => boolean,
): PassageSentence | null {
  const local = localTerms(evidence.claim, part.first, part.last);
  const here = countShared(local, evidence.found.sentence, ...evidence.found.headings);
  let [home, most]: [PassageSentence | null, number] = [null, Math.max(1, here)];
  for (const other of evidence.pool) {
    if (other === evidence.found || !says(other.sentence)) continue;
    const shared = countShared(local, other.sentence, ...other.headings);
    if (shared >= most) [home, most] = [other, shared];
  }
  return home;
}
