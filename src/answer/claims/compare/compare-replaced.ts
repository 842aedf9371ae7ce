import { readMeanings } from "../reading/meanings.ts";
import type { Cue, Sentence } from "../reading/read-sentence.ts";
import type { Gap } from "./align.ts";
import { isDenied } from "./compare-cues.ts";
import { type AlignedEvidence, type Finding, NEAR_COPY } from "./evidence.ts";
import { hasSameMeaning, isAt } from "./same-meaning.ts";

/** Words that one replaced word or phrase has at most. In a longer gap, a sentence may be put otherwise as a whole. */
const REPLACED_WORDS_MAX = 4;
/** Content words among them, in a language with spaces: others have them cut into smaller words. */
const REPLACED_TERMS_MAX = 2;

/**
 * Compares the words that a near copy puts in the place of others. Where one of the two is a word of an opposition
 * ("rose", "larger", "must"), the other has to have the same meaning by the tables: an opposite that no table has is not
 * mistaken for a synonym. A language without a list of equivalents is not compared in this way, since its tables know
 * too few synonyms.
 */
export function compareReplaced(evidence: AlignedEvidence): Finding[] {
  const { alignment, claim } = evidence;
  const hasEquivalents = claim.lexicon.table.equivalents.length > 0;
  if (alignment.closeness < NEAR_COPY || !hasEquivalents) return [];
  return alignment.gaps.flatMap((gap) => compareGap(gap, evidence) ?? []).slice(0, 1);
}

function compareGap(gap: Gap, { claim, found }: AlignedEvidence): Finding | null {
  const here = found.sentence;
  if (!isReplacement(gap.claim, claim) || !isReplacement(gap.evidence, here)) return null;
  const [said, given] = [tellingCues(gap.claim, claim), tellingCues(gap.evidence, here)];
  const [cue] = [...given, ...said];
  const isOpen =
    (said.length > 0 || hasContent(gap.claim, claim)) &&
    (given.length > 0 || hasContent(gap.evidence, here));
  // Negations are compared by a rule of their own.
  const isDenial =
    said.some((one) => one.isNegated || isDenied(claim, one)) ||
    given.some((one) => one.isNegated || isDenied(here, one));
  if (!cue || !isOpen || isDenial || hasSameMeaning(gap, claim, here)) return null;
  return { reason: cue.reason, isConflict: false, isSure: false };
}

function hasContent(gap: readonly number[], { terms }: Sentence): boolean {
  return gap.some((at) => terms[at] !== "");
}

/** Returns true for few words, of which one may be replaced by another one. */
function isReplacement(gap: readonly number[], { words, terms, lexicon }: Sentence): boolean {
  const isShort = gap.length > 0 && gap.length <= REPLACED_WORDS_MAX;
  const content = gap.filter((at) => terms[at] !== "");
  return (
    isShort &&
    (content.length <= REPLACED_TERMS_MAX || !lexicon.table.isSpaced) &&
    gap.every((at) => words[at]?.kind === "word")
  );
}

function tellingCues(gap: readonly number[], sentence: Sentence): Cue[] {
  return readMeanings(sentence).cues.filter((cue) => cue.isTelling && isAt(cue, gap));
}
