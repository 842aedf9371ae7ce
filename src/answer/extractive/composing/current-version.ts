import { findDate, type WrittenDate } from "../../../knowledge/written-dates.ts";
import { contentTerms } from "../../content-terms.ts";
import { readUnitKey } from "../evidence/unit-key.ts";
import type { SentenceCandidate } from "../extractive-candidates.ts";
import type { ExtractiveQuestion } from "../extractive-question.ts";

/**
 * A unit that was chosen among versions of the same statement. `since` is its date if it replaces an older one, or is
 * not in force yet.
 */
export type Current = { readonly candidate: SentenceCandidate; readonly since: WrittenDate | null };

/**
 * Returns the version of a unit that answers: that of the year which the question names, or the newest one that is in
 * force at `now`, in milliseconds since 1970.
 */
export function chooseCurrent(
  best: SentenceCandidate,
  candidates: readonly SentenceCandidate[],
  question: ExtractiveQuestion,
  now: number,
): Current {
  const dated = dateOf(best);
  if (dated === null || best.features.coded > 0) return { candidate: best, since: null };
  const today = new Date(now).toISOString().slice(0, 10);
  const versions = [best, ...candidates.filter((other) => isVersion(other, best))].map(
    (candidate) => ({ candidate, since: dateOf(candidate) ?? "" }),
  );
  const asked = versions.filter(({ since }) => question.text.includes(since.slice(0, 4)));
  if (asked.length > 0 || versions.length < 2) {
    return {
      candidate:
        asked.find(({ candidate }) => candidate === best)?.candidate ?? asked[0]?.candidate ?? best,
      // The only version may not be in force yet.
      since: asked.length === 0 && dated > today ? dated : null,
    };
  }
  const inForce = versions.filter(({ since }) => since <= today);
  const [newest] = inForce.toSorted((a, b) => (a.since < b.since ? 1 : -1));
  if (!newest) return { candidate: best, since: dated };
  return { candidate: newest.candidate, since: newest.since };
}

/**
 * Tests whether a unit is another version of the best one: it is dated otherwise, answers the question about as well, has
 * the same key, and mostly the same words but for numbers.
 */
function isVersion(other: SentenceCandidate, best: SentenceCandidate): boolean {
  const date = dateOf(other);
  if (other === best || date === null || date === dateOf(best)) return false;
  if (other.features.coverAround < AS_GOOD * best.features.coverAround) return false;
  const [own, theirs] = [wordsOf(best), wordsOf(other)];
  const common = [...own].filter((term) => theirs.has(term)).length;
  const isSameKind = best.unit.kind === other.unit.kind;
  const { ofSmaller, ofLarger } = isSameKind ? SAME_KIND : OTHER_KIND;
  const [small, large] = [Math.min(own.size, theirs.size), Math.max(own.size, theirs.size)];
  if (common === 0 || common < ofSmaller * small || common < ofLarger * large) return false;
  return !isSameKind || hasKey(best, other) || hasKey(other, best);
}

/** Shares of the words that two versions have in common: of the words of the shorter one, and of the longer one. */
const SAME_KIND = { ofSmaller: 0.5, ofLarger: 0.35 };
const OTHER_KIND = { ofSmaller: 0.7, ofLarger: 0.5 };
/** A version covers about as much of the question. */
const AS_GOOD = 0.8;

/** Tests whether a unit has all words of the key of another one; a table may have a further column before the key. */
function hasKey(one: SentenceCandidate, { passage, unit, start, end }: SentenceCandidate): boolean {
  if (unit.kind === "sentence" || unit.kind === "item") return true;
  const key = readUnitKey(unit.kind, unit.lead, passage.text.slice(start, end));
  const terms = contentTerms(key.replaceAll(/\([^)]*\)/g, ""));
  return terms.every((term) => one.terms.includes(term));
}

/** Returns the terms of a unit but for its numbers, which differ between versions. */
const wordsOf = ({ terms }: SentenceCandidate) =>
  new Set(terms.filter((term) => !/\p{N}/u.test(term)));

/** Returns the date since which a unit is valid: that of its headings, of its document, or in the name of its file. */
function dateOf({ unit, since, passage }: SentenceCandidate): WrittenDate | null {
  const headed = unit.headings
    .toReversed()
    .map(findDate)
    .find((date) => date !== null);
  return headed ?? since ?? findDate(passage.filename.replaceAll("_", " "));
}
