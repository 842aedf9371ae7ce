import type { Span } from "../../ingest/text/sentences.ts";
import type { ClaimPassage, ClaimVerdict } from "./claim-types.ts";
import { align } from "./compare/align.ts";
import { verifyAcross } from "./compare/compare-across.ts";
import { compare } from "./compare/compare.ts";
import { countShared, type AlignedEvidence, type Finding } from "./compare/evidence.ts";
import { detectLanguage } from "./languages/detect-language.ts";
import type { Lexicon } from "./languages/lexicon.ts";
import { type PassageReading, type PassageSentence, readPassage } from "./reading/read-passage.ts";
import { readClaim, type Sentence } from "./reading/read-sentence.ts";

/** Sentences of a passage that a claim is compared with in detail: those with most of its words. */
const CANDIDATES_MAX = 3;
/** A candidate has at least this part of the words of the best one. */
const CANDIDATE_MIN = 0.7;
/** The evidence has at least this part of the claim's terms, and at least two terms if the claim has two. */
const OVERLAP_MIN = 0.25;
const SHARED_TERMS_MIN = 2;
/** With less than this part, the rules are not sure that a claim is supported. */
const OVERLAP_SURE = 0.5;

/** Decides whether a passage supports a sentence of an answer, which is given without its citation markers. */
export function verifyClaim(sentence: string, passage: ClaimPassage): ClaimVerdict {
  const [verdict = NO_OVERLAP] = verifyClaimAgainst(sentence, [passage]);
  return verdict;
}

/**
 * Decides for each of several passages that are cited together for one sentence. Where one of them supports the claim
 * alone, each is judged alone. Otherwise, a passage that says a part of the claim supports it if the others say the
 * rest.
 */
export function verifyClaimAgainst(
  sentence: string,
  passages: readonly ClaimPassage[],
): ClaimVerdict[] {
  if (sentence.length > CLAIM_CHARACTERS_MAX) return passages.map(() => TOO_LONG);
  if (passages.length > 1) {
    const alone = passages.flatMap((passage) => verifyTogether(sentence, [passage]));
    if (alone.some((verdict) => !("reason" in verdict))) return alone;
  }
  return verifyTogether(sentence, passages);
}

function verifyTogether(sentence: string, passages: readonly ClaimPassage[]): ClaimVerdict[] {
  const readings = passages.map((passage) => readPassage(passage));
  const pool = readings.flatMap(({ sentences }) => sentences);
  const poolTerms = {
    has: (term: string) => readings.some(({ termSet }) => termSet.has(term)),
  };
  const languages = new Map<Lexicon, Lexicon>();
  const claims = new Map<Lexicon, Sentence>();
  return readings.map((reading, at) => {
    const copies = findCopies(sentence, passages[at]?.text ?? "");
    const whole = copies.find((copy) => isWhole(copy, reading));
    if (whole) return { verdict: "supported", isSure: true, span: whole };
    const lexicon = languages.get(reading.lexicon) ?? detectLanguage(sentence, reading.lexicon);
    languages.set(reading.lexicon, lexicon);
    const claim = claims.get(lexicon) ?? readClaim(sentence, lexicon);
    claims.set(lexicon, claim);
    if (lexicon !== reading.lexicon) return verifyAcross(claim, reading);
    const verdict = verifyIn(claim, reading, { pool, poolTerms });
    if ("reason" in verdict) return verdict;
    // A part of a sentence is quoted at its place, if the rest of the sentence does not change what it says.
    const { span } = verdict;
    const part = copies.find(({ start, end }) => start < span.end && span.start < end);
    return { ...verdict, span: part ?? span };
  });
}

/** Finds the places where a text has a claim word for word. */
function findCopies(sentence: string, text: string): Span[] {
  const said = sentence.trim();
  if (!/[\p{L}\p{N}]/u.test(said)) return [];
  const copies: Span[] = [];
  for (let start = text.indexOf(said); start !== -1; start = text.indexOf(said, start + 1)) {
    copies.push({ start, end: start + said.length });
  }
  return copies;
}

/** Returns true for a span of whole sentences. */
function isWhole({ start, end }: Span, { sentences }: PassageReading): boolean {
  return (
    sentences.some(({ span }) => span.start === start) &&
    sentences.some(({ span }) => span.end === end)
  );
}

/** A longer text is no sentence, and no passage is found to support it. */
const CLAIM_CHARACTERS_MAX = 2_500;

const TOO_LONG: ClaimVerdict = {
  verdict: "unsupported",
  reason: "overlap",
  isSure: false,
  span: null,
};

const NO_OVERLAP: ClaimVerdict = {
  verdict: "unsupported",
  reason: "overlap",
  isSure: true,
  span: null,
};

/** The sentences and terms of all passages that are cited together. */
type Pool = Pick<AlignedEvidence, "pool" | "poolTerms">;

function verifyIn(claim: Sentence, reading: PassageReading, pool: Pool): ClaimVerdict {
  let first: { verdict: ClaimVerdict; score: number } | null = null;
  for (const candidate of findCandidates(claim, reading)) {
    const verdict = verifyWith({ ...pool, ...candidate }, reading);
    const { score } = candidate;
    // A sentence that has more words of the claim and contradicts it outweighs one that has fewer.
    const isOutweighed =
      first?.verdict.verdict === "contradicted" && first.score >= score + OUTWEIGHS;
    if (!("reason" in verdict) && !isOutweighed) return verdict;
    first ??= { verdict, score };
  }
  return first?.verdict ?? NO_OVERLAP;
}

/** Words of the claim that a sentence has more than another one, so that it outweighs that. */
const OUTWEIGHS = 0.8;

/** A claim in the same words as a sentence is decided by that sentence, and others that are nearly as close. */
const COPY = 0.6;
const AS_CLOSE = 0.1;

type Candidate = Pick<AlignedEvidence, "claim" | "found" | "alignment"> & {
  readonly score: number;
};

function findCandidates(claim: Sentence, reading: PassageReading): Candidate[] {
  const candidates = mostShared(claim, reading).map(({ found, score }) => ({
    claim,
    found,
    score,
    alignment: align(claim, found.sentence),
  }));
  const [closest] = candidates.toSorted((a, b) => b.alignment.closeness - a.alignment.closeness);
  if (!closest || closest.alignment.closeness < COPY) return candidates;
  return candidates.filter(
    ({ alignment, score }) =>
      alignment.closeness >= closest.alignment.closeness - AS_CLOSE ||
      score >= closest.score + OUTWEIGHS,
  );
}

function mostShared(
  claim: Sentence,
  { sentences }: PassageReading,
): { found: PassageSentence; score: number }[] {
  const scored = sentences
    .map((found) => ({ found, score: scoreOf(claim, found) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score);
  const best = scored[0]?.score ?? 0;
  return scored.filter(({ score }) => score >= best * CANDIDATE_MIN).slice(0, CANDIDATES_MAX);
}

const HEADING_WEIGHT = 0.3;
const NUMBER_WEIGHT = 0.1;

/** Counts the terms that a sentence shares with a claim; a heading above it counts less, and a number breaks ties. */
function scoreOf(claim: Sentence, { sentence, headings }: PassageSentence): number {
  let [shared, above] = [0, 0];
  for (const term of claim.termSet) {
    if (sentence.termSet.has(term)) shared += 1;
    else if (headings.some(({ termSet }) => termSet.has(term))) above += 1;
  }
  const numbers = claim.quantities.filter(({ value }) =>
    sentence.quantities.some((other) => other.value === value),
  ).length;
  return shared + above * HEADING_WEIGHT + numbers * NUMBER_WEIGHT;
}

function verifyWith(candidate: Candidate & Pool, reading: PassageReading): ClaimVerdict {
  const { claim, found, alignment } = candidate;
  const around = found.isRow
    ? []
    : [reading.sentences[found.at - 1], reading.sentences[found.at + 1]].flatMap(
        (one) => one ?? [],
      );
  const context = [...around.map(({ sentence }) => sentence), ...found.headings];
  const evidence: AlignedEvidence = { ...candidate, context };
  const span = quoteSpan(claim, found, around);
  const size = claim.termSet.size + claim.quantities.length + claim.dates.length;
  const shared = countShared(claim.termSet, found.sentence, ...context) + countEqual(claim, found);
  const isEnough = shared >= Math.min(SHARED_TERMS_MIN, size) && shared >= OVERLAP_MIN * size;
  if (!isEnough) return NO_OVERLAP;
  const [finding] = compare(evidence);
  if (!finding) return { verdict: "supported", isSure: shared >= OVERLAP_SURE * size, span };
  return toVerdict(finding, span, alignment.closeness);
}

/** Counts the numbers and dates that a claim shares with a sentence, and words that differ by a negating prefix. */
function countEqual(claim: Sentence, { sentence }: PassageSentence): number {
  const { quantities, dates } = claim;
  const numbers = quantities.filter(({ value }) =>
    sentence.quantities.some((other) => other.value === value),
  );
  const days = dates.filter(({ parts }) =>
    sentence.dates.some((other) => JSON.stringify(other.parts) === JSON.stringify(parts)),
  );
  const turned = countNegated(claim, sentence) + countNegated(sentence, claim);
  return numbers.length + days.length + turned;
}

/** Counts the words of a sentence that have a negating prefix before a word of the other sentence. */
function countNegated({ words }: Sentence, { termSet }: Sentence): number {
  return words.filter(
    ({ negated, term }) => negated !== null && term !== "" && termSet.has(negated),
  ).length;
}

function toVerdict(
  { reason, isConflict, isSure }: Finding,
  span: Span,
  closeness: number,
): ClaimVerdict {
  const verdict =
    isConflict && isSure && closeness >= OVERLAP_SURE ? "contradicted" : "unsupported";
  return { verdict, reason, isSure, span };
}

/** The sentence, with the one before or after it if that has at least two more terms of the claim. */
function quoteSpan(
  claim: Sentence,
  found: PassageSentence,
  around: readonly PassageSentence[],
): Span {
  const missing = new Set([...claim.termSet].filter((term) => !found.sentence.termSet.has(term)));
  const gains = around.map((one) => ({ one, gain: countShared(missing, one.sentence) }));
  const best = gains.toSorted((a, b) => b.gain - a.gain)[0];
  if (!best || best.gain < 2) return found.span;
  return {
    start: Math.min(best.one.span.start, found.span.start),
    end: Math.max(best.one.span.end, found.span.end),
  };
}
