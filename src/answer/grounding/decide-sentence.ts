import type { Citation, Removal } from "../answer-types.ts";
import { citeSpan } from "../citing/citations.ts";
import type {
  CheckedSentence,
  ClaimPair,
  PendingSentence,
  SentenceVerdict,
} from "./sentence-check.ts";

/** Answers of a judge about pairs: true if the passage supports the sentence. A pair that is missing was not decided. */
export type Judgement = ReadonlyMap<ClaimPair, boolean>;

/** The judgement where no judge was asked. */
export const NO_JUDGEMENT: Judgement = new Map();

/**
 * Lists the pairs of a sentence that a judge is asked about: those about which the rules are not sure, unless the
 * sentence has a citation about which they are.
 */
export function listUndecided({ pairs }: PendingSentence): readonly ClaimPair[] {
  const isSettled = pairs.some(({ verdict }) => verdict.isSure && !("reason" in verdict));
  return isSettled ? [] : pairs.filter(({ verdict }) => !verdict.isSure);
}

/**
 * Decides about a sentence: which of its citations are kept, and whether it is sent. A sentence that a passage
 * contradicts, and none supports, is withheld. `isStrict` withholds each claim that no passage supports.
 */
export function decideSentence(
  read: PendingSentence,
  judgement: Judgement,
  isStrict: boolean,
): CheckedSentence {
  const citations: Citation[] = [];
  const removals: Omit<Removal, "sentence">[] = Array.from({ length: read.unknown }, () => ({
    reason: "no_passage",
    fileId: null,
    chunkId: null,
  }));
  const verdicts: SentenceVerdict[] = [];
  for (const pair of read.pairs) {
    const { verdict, removal, citation } = decidePair(pair, judgement.get(pair));
    verdicts.push(verdict);
    if (citation) citations.push(citation);
    if (removal) removals.push(removal);
  }
  const verdict = joinVerdicts(read, verdicts);
  const isWithheld = verdict === "contradicted" || (isStrict && NEEDS_SUPPORT.has(verdict));
  const { text } = read;
  return { text, said: text, citations, check: { verdict, removals, isWithheld } };
}

/** Verdicts of sentences that are not sent where each claim needs support. */
const NEEDS_SUPPORT: ReadonlySet<SentenceVerdict> = new Set(["unsupported", "uncited", "absence"]);

function decidePair({ passage, verdict }: ClaimPair, isSupported: boolean | undefined) {
  const { fileId, chunkId } = passage;
  if (isSupported === true) {
    // Where the rules have found no sentence, as between languages, the passage is quoted as a whole.
    const { start, end } = verdict.span ?? { start: 0, end: passage.text.length };
    return { verdict: "supported" as const, citation: citeSpan(passage, start, end) };
  }
  if ("reason" in verdict) {
    return { verdict: verdict.verdict, removal: { reason: verdict.reason, fileId, chunkId } };
  }
  if (isSupported === false) {
    const removal = { reason: "judge" as const, fileId, chunkId };
    return { verdict: "unsupported" as const, removal };
  }
  const citation = citeSpan(passage, verdict.span.start, verdict.span.end);
  return { verdict: verdict.verdict, citation };
}

/**
 * Joins the verdicts on a sentence: the best one counts, except that a contradiction outweighs that another passage does
 * not say it. A sentence that claims nothing needs no support, also where it cites something.
 */
function joinVerdicts(
  { kind, unknown }: PendingSentence,
  verdicts: readonly SentenceVerdict[],
): SentenceVerdict {
  for (const verdict of ["supported", "partial", "contradicted"] as const) {
    if (verdicts.includes(verdict)) return verdict;
  }
  if (kind !== "claim") return kind;
  return unknown > 0 || verdicts.length > 0 ? "unsupported" : "uncited";
}
