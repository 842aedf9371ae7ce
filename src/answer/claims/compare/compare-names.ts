import type { Name, Sentence } from "../reading/read-sentence.ts";
import type { Gap } from "./align.ts";
import { type AlignedEvidence, type Finding, NEAR_COPY } from "./evidence.ts";

/** A claim this close to a sentence says the same of something else, rather than something else of the same. */
const CLOSE = 0.5;

/** Compares the names and codes of a claim with those of its evidence. */
export function compareNames(evidence: AlignedEvidence): Finding[] {
  const findings = evidence.claim.names.flatMap((name) => compareName(name, evidence) ?? []);
  return findings.length > 0 ? findings : [findDroppedName(evidence) ?? []].flat();
}

function compareName(name: Name, evidence: AlignedEvidence): Finding | null {
  const { found, alignment, claim, poolTerms } = evidence;
  const gap = alignment.gaps.find((one) => one.claim.includes(name.at));
  const isNear = alignment.closeness >= NEAR_COPY;
  if (isNear && gap?.claim.length === 1 && gap.evidence.length === 1) {
    const [at = -1] = gap.evidence;
    const isOther = found.sentence.names.some((other) => other.at === at);
    if (isOther && !isAnotherForm(name.term, found.sentence.terms[at] ?? "")) return REPLACED;
  }
  if (found.sentence.termSet.has(name.term)) return null;
  const isSpelled = hasAnotherForm(name, found.sentence, claim);
  if (gap && replacesName(gap, evidence) && alignment.closeness >= CLOSE && !isSpelled) {
    return { ...REPLACED, isSure: alignment.closeness >= 0.7 };
  }
  if (isSpelled || poolTerms.has(name.term) || claim.lexicon.table.capitals === "nouns")
    return null;
  if (evidence.pool.some(({ sentence }) => hasAnotherForm(name, sentence, claim))) return null;
  return { reason: "name", isConflict: false, isSure: true };
}

const REPLACED: Finding = { reason: "name", isConflict: true, isSure: true };

/** Returns true if the evidence has a name at the place of the claim's, which the claim does not have. */
function replacesName(gap: Gap, { found, claim }: AlignedEvidence): boolean {
  return found.sentence.names.some(
    ({ at, term }) => gap.evidence.includes(at) && !claim.termSet.has(term),
  );
}

/**
 * Finds a name of the evidence at whose place a near copy has other words. Only for languages without capital letters,
 * whose names are not all recognised.
 */
function findDroppedName(evidence: AlignedEvidence): Finding | null {
  const { claim, found, alignment } = evidence;
  if (claim.lexicon.table.capitals !== "none" || alignment.closeness < NEAR_COPY) return null;
  const isDropped = alignment.gaps.some(
    (gap) =>
      replacesName(gap, evidence) &&
      gap.claim.some((at) => {
        const term = claim.terms[at] ?? "";
        const isReference = claim.lexicon.references.has(claim.words[at]?.folded ?? "");
        return term !== "" && !found.sentence.termSet.has(term) && !isReference;
      }),
  );
  return isDropped ? REPLACED : null;
}

/** Endings by which the name of a people or a language differs from that of its country. */
const KIN = /^(?:y|n|an|ian|a|ia|ese|ish|s|ic|e|i|o|er|al|en|land|isch|ische|ischen|in|ais|ois)?$/u;
const KIN_LENGTH_MIN = 4;

/** Returns true if a sentence has the name in another form: as an acronym, in one word, or as that of its people. */
function hasAnotherForm({ term }: Name, sentence: Sentence, claim: Sentence): boolean {
  const letters = initials(claim);
  const isSpelledOut = sentence.words.some(
    ({ text, folded }) =>
      ACRONYM.test(text) && folded.includes(term.charAt(0)) && letters.includes(folded),
  );
  if (isSpelledOut) return true;
  if (/^\p{L}{2,6}$/u.test(term) && initials(sentence).includes(term)) return true;
  if (term.length >= JOINED_LENGTH_MIN && joined(sentence).includes(term)) return true;
  return [...sentence.termSet].some((other) => isAnotherForm(term, other));
}

function isAnotherForm(term: string, other: string): boolean {
  let shared = 0;
  while (shared < term.length && term[shared] === other[shared]) shared += 1;
  return shared >= KIN_LENGTH_MIN && KIN.test(term.slice(shared)) && KIN.test(other.slice(shared));
}

const ACRONYM = /^\p{Lu}{2,6}$/u;

/** Shortest name that is looked for in the words of a sentence without the spaces: "LendingClub". */
const JOINED_LENGTH_MIN = 6;

function joined({ words }: Sentence): string {
  return words.map(({ folded }) => folded).join("");
}

/** The first letters of the capital words of a sentence: an acronym in it is one of a name. */
function initials({ words }: Sentence): string {
  return words
    .filter(({ isCapital }) => isCapital)
    .map(({ folded }) => folded.charAt(0))
    .join("");
}
