import { findPlace } from "../../knowledge/chunk-places.ts";
import type { Citation, Passage } from "../answer-types.ts";

/**
 * Makes a citation that quotes the text of a passage from the character `start` to `end`. A quote is always text of the
 * passage, never of the model.
 */
export function citeSpan(passage: Passage, start: number, end: number): Citation {
  return {
    fileId: passage.fileId,
    filename: passage.filename,
    chunkId: passage.chunkId,
    quote: passage.text.slice(start, end),
    sourceStart: passage.start + start,
    sourceEnd: passage.start + end,
    heading: passage.heading,
    ...findPlace(passage, passage.start + start, passage.start + end),
  };
}

/** Tests whether one of the passages has the citation's quote at the place that the citation names. */
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
