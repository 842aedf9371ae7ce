import type { Citation, Passage } from "../answer-types.ts";
import type { ClaimMismatch, ClaimVerdict } from "../claims/claim-types.ts";
import { verifyClaim, verifyClaimAgainst } from "../claims/verify-claim.ts";
import { type MarkerForms, readMarkers } from "./read-markers.ts";

/** A sentence that a model wrote, without its citation markers, and the verified citations made from them. */
export type CitedSentence = {
  readonly text: string;
  readonly citations: readonly Citation[];
  /** One entry for each citation marker that was removed without a citation. */
  readonly removals: readonly CitationRemoval[];
  /** The passages that the markers name, in their order. */
  readonly named: readonly Passage[];
  /** The verdict on the sentence against each of these passages. */
  readonly verdicts: readonly ClaimVerdict[];
  /** Number of markers that name no passage. */
  readonly unknown: number;
};

/**
 * The reason why a citation marker was removed: `no_passage` if it names no passage, otherwise the reason why the passage
 * does not support the sentence.
 */
type CitationRemoval = { readonly reason: ClaimMismatch | "no_passage" };

/**
 * Replaces the citation markers in a sentence of a model by citations. The marker `[n]` refers to the n-th of
 * `passages`, counted from 1. Its citation quotes the sentences of the passage that support the sentence, so a quote is
 * always text of the passage, never of the model. `forms` says which forms of markers count in the sentence.
 */
export function citeSentence(
  sentence: string,
  passages: readonly Passage[],
  forms: MarkerForms = "any",
): CitedSentence {
  const { text, numbers } = readMarkers(sentence, forms, passages.length);
  const named = numbers.flatMap((number) => passages[number - 1] ?? []);
  const verdicts = verifyClaimAgainst(text, named);
  const citations: Citation[] = [];
  const unknown = numbers.length - named.length;
  const removals: CitationRemoval[] = Array.from({ length: unknown }, () => ({
    reason: "no_passage",
  }));
  for (const [at, verdict] of verdicts.entries()) {
    const passage = named[at];
    if ("reason" in verdict) removals.push({ reason: verdict.reason });
    else if (passage) citations.push(citeSpan(passage, verdict.span.start, verdict.span.end));
  }
  return { text, citations, removals, named, verdicts, unknown };
}

/**
 * Makes a citation that quotes the sentences of a passage that support `sentence`; undefined if none supports it.
 */
export function citePassage(sentence: string, passage: Passage): Citation | undefined {
  const verdict = verifyClaim(sentence, passage);
  return "reason" in verdict ? undefined : citeSpan(passage, verdict.span.start, verdict.span.end);
}

/** Makes a citation that quotes the text of a passage from the character `start` to `end`. */
export function citeSpan(passage: Passage, start: number, end: number): Citation {
  return {
    fileId: passage.fileId,
    filename: passage.filename,
    chunkId: passage.chunkId,
    quote: passage.text.slice(start, end),
    sourceStart: passage.start + start,
    sourceEnd: passage.start + end,
  };
}

/**
 * Tests whether one of the passages has the citation's quote at the place that the citation names. A citation that
 * fails this test is never sent.
 */
export function verifyCitation(citation: Citation, passages: readonly Passage[]): boolean {
  const { chunkId, fileId, quote, sourceStart, sourceEnd } = citation;
  if (quote.trim() === "" || sourceEnd - sourceStart !== quote.length) return false;
  return passages.some(
    (passage) =>
      passage.chunkId === chunkId &&
      passage.fileId === fileId &&
      sourceStart >= passage.start &&
      sourceEnd <= passage.end &&
      passage.text.slice(sourceStart - passage.start, sourceEnd - passage.start) === quote,
  );
}
