import { readMeanings } from "../reading/meanings.ts";
import type { Sentence } from "../reading/read-sentence.ts";
import type { Gap } from "./align.ts";

/**
 * Returns true if the words of a claim and of its evidence at the same place have a meaning in common: words on the same
 * side of an opposition, or of one group of equivalents.
 */
export function hasSameMeaning(gap: Gap, claim: Sentence, here: Sentence): boolean {
  const given = meaningsAt(gap.evidence, here);
  return meaningsAt(gap.claim, claim).some(({ key }) => given.some((other) => other.key === key));
}

/** Returns true if all content words of the claim in a gap have a meaning in common with the words of the evidence. */
export function isSameThroughout(gap: Gap, claim: Sentence, here: Sentence): boolean {
  const given = meaningsAt(gap.evidence, here);
  const same = meaningsAt(gap.claim, claim).filter(({ key }) =>
    given.some((other) => other.key === key),
  );
  return gap.claim
    .filter((at) => claim.terms[at] !== "")
    .every((at) => same.some(({ first, last }) => at >= first && at <= last));
}

type Meaning = { readonly key: string; readonly first: number; readonly last: number };

function meaningsAt(gap: readonly number[], sentence: Sentence): Meaning[] {
  const { cues, equivalents } = readMeanings(sentence);
  return [
    ...cues
      .filter((cue) => cue.isTelling && isAt(cue, gap))
      .map(({ axis, side, first, last }) => ({ key: `${axis} ${side}`, first, last })),
    ...equivalents
      .filter((phrase) => isAt(phrase, gap))
      .map(({ value, first, last }) => ({ key: `#${value}`, first, last })),
  ];
}

/** Returns true if a phrase is at least in part in a gap. */
export function isAt(
  { first, last }: { readonly first: number; readonly last: number },
  gap: readonly number[],
): boolean {
  return gap.some((at) => at >= first && at <= last);
}
