import type { Passage } from "../../answer/answer-types.ts";
import { verifyCitation } from "../../answer/citing/citations.ts";
import type { ClaimMismatch, ClaimVerdict } from "../../answer/claims/claim-types.ts";
import { verifyClaimAgainst } from "../../answer/claims/verify-claim.ts";
import { SentenceReader } from "../../answer/grounding/sentence-reader.ts";
import { sentences, type Span } from "../../ingest/text/sentences.ts";
import type { UnsupportedClaim } from "../rules/business-rule.ts";
import {
  type StepCitation,
  type StepPassage,
  toEngineCitation,
  toEnginePassage,
} from "./evidence.ts";

/**
 * The reason to drop a citation: its quote is not in its passage, its span has no words, or the passage does not
 * support the span, for the reason that the rules of claims give.
 */
type CitationFlaw = "quote_not_found" | "misplaced" | ClaimMismatch;

/** The claims of an answer after their check: the citations that are kept and removed, and the claims without support. */
export type CheckedClaims = {
  readonly kept: readonly StepCitation[];
  readonly removed: readonly (StepCitation & { readonly reason: CitationFlaw })[];
  /** The sentences that claim something. */
  readonly claims: readonly Span[];
  /** Those of them that no citation supports. */
  readonly unsupported: readonly UnsupportedClaim[];
  /** True if a citation is kept because what can be compared agrees, where answer and passage differ in language. */
  readonly isPartial: boolean;
};

type Checked = { readonly citation: StepCitation; readonly flaw: CitationFlaw | null };

/**
 * Checks the citations of an answer as they are checked before an answer is sent, and finds the sentences that claim
 * something and that no citation supports.
 */
export function checkClaims(
  text: string,
  citations: readonly StepCitation[],
  passages: readonly StepPassage[],
): CheckedClaims {
  const evidence = passages.map(toEnginePassage);
  const verdicts = new Map<StepCitation, ClaimVerdict>();
  for (const group of groupBySpan(citations)) judgeTogether(text, group, evidence, verdicts);
  const checked = citations.map((citation): Checked => ({
    citation,
    flaw: findFlaw(citation, text, evidence, verdicts.get(citation)),
  }));
  const kept = checked.flatMap(({ citation, flaw }) => (flaw === null ? citation : []));
  const reader = new SentenceReader();
  const claims = sentences(text).filter(
    ({ start, end }) => reader.read(text.slice(start, end)) === "claim",
  );
  return {
    kept,
    removed: checked.flatMap(({ citation, flaw }) =>
      flaw === null ? [] : { ...citation, reason: flaw },
    ),
    claims,
    unsupported: claims
      .filter((claim) => !kept.some((one) => covers(one, claim)))
      .map((span) => ({
        span,
        reason: checked.find(({ citation }) => covers(citation, span))?.flaw ?? "uncited",
      })),
    isPartial: kept.some((citation) => verdicts.get(citation)?.verdict === "partial"),
  };
}

const covers = ({ start_index, end_index }: StepCitation, { start, end }: Span) =>
  start_index < end && start < end_index;

/** Groups the citations of the same words: their passages are read together. */
function groupBySpan(citations: readonly StepCitation[]): readonly (readonly StepCitation[])[] {
  const groups = new Map<string, StepCitation[]>();
  for (const citation of citations) {
    const place = `${citation.start_index} ${citation.end_index}`;
    groups.set(place, [...(groups.get(place) ?? []), citation]);
  }
  return [...groups.values()];
}

function judgeTogether(
  text: string,
  group: readonly StepCitation[],
  evidence: readonly Passage[],
  verdicts: Map<StepCitation, ClaimVerdict>,
): void {
  const [first] = group;
  if (!first) return;
  const named = group.flatMap((citation) => {
    const passage = evidence.find(({ chunkId }) => chunkId === citation.chunk_id);
    return passage ? [{ citation, passage }] : [];
  });
  const said = text.slice(first.start_index, first.end_index);
  const judged = verifyClaimAgainst(
    said,
    named.map(({ passage }) => passage),
  );
  for (const [at, verdict] of judged.entries()) {
    const citation = named[at]?.citation;
    if (citation) verdicts.set(citation, verdict);
  }
}

const WORD = /[\p{L}\p{N}]/u;

function findFlaw(
  citation: StepCitation,
  text: string,
  evidence: readonly Passage[],
  verdict: ClaimVerdict | undefined,
): CitationFlaw | null {
  const { start_index, end_index, quote } = citation;
  if (!verifyCitation(toEngineCitation(citation), evidence)) return "quote_not_found";
  const cited = text.slice(start_index, end_index);
  if (end_index > text.length || !WORD.test(cited)) return "misplaced";
  if (quote === cited || verdict === undefined) return null;
  return "reason" in verdict ? verdict.reason : null;
}
