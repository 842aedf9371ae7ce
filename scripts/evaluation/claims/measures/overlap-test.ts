import { contentTerms } from "../../../../src/answer/content-terms.ts";
import { sentences } from "../../../../src/ingest/text/sentences.ts";
import type { SourcePassage } from "../claim.ts";

const QUOTE_SENTENCES_MAX = 2;
const OVERLAP_MIN = 0.25;
const SHARED_TERMS_MIN = 2;

/**
 * The plain overlap test, with which the rules are compared: a passage supports a sentence if its best two sentences
 * have two terms and a quarter of the terms of it.
 */
export function overlaps(sentence: string, { text }: SourcePassage): boolean {
  const wanted = new Set(contentTerms(sentence));
  const shared = sentences(text)
    .map(({ start, end }) => text.slice(start, end))
    .filter((part) => !/^#{1,6}\s/.test(part))
    .map((part) => new Set(contentTerms(part).filter((term) => wanted.has(term))));
  const best = shared.reduce(
    (top, terms, at) => (terms.size > (shared[top]?.size ?? 0) ? at : top),
    0,
  );
  let [first, last] = [best, best];
  // A neighbouring sentence is added when it contains at least two more terms.
  while (last - first + 1 < QUOTE_SENTENCES_MAX) {
    const covered = union(shared.slice(first, last + 1));
    const gain = (at: number) =>
      [...(shared[at] ?? [])].filter((term) => !covered.has(term)).length;
    if (Math.max(gain(first - 1), gain(last + 1)) < 2) break;
    if (gain(last + 1) >= gain(first - 1)) last += 1;
    else first -= 1;
  }
  const found = union(shared.slice(first, last + 1)).size;
  const least = Math.max(1, Math.min(SHARED_TERMS_MIN, wanted.size), OVERLAP_MIN * wanted.size);
  return found >= least;
}

const union = (sets: readonly ReadonlySet<string>[]): ReadonlySet<string> =>
  new Set(sets.flatMap((terms) => [...terms]));
