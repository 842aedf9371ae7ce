import { readTerms } from "../tokenize.ts";
import { foldWithOffsets } from "./fold-with-offsets.ts";

/** A part of a chunk's text, in UTF-16 code units; `end` is the position after its last unit. */
type TextSpan = { readonly start: number; readonly end: number };

/** Maximum number of spans of a chunk. Those after them are not found. */
const SPANS_MAX = 500;

/**
 * Finds the words of a text that match one of `terms`, in order: the same index terms by which the text was found.
 * Spans that overlap or touch, as those of pairs of characters in Korean do, are joined.
 */
export function findHighlights(text: string, terms: ReadonlySet<string>): TextSpan[] {
  const read = foldWithOffsets(text);
  const spans: TextSpan[] = [];
  if (!read) return spans;
  readTerms(read.folded, (term, from, until) => {
    if (!terms.has(term) || until <= from) return;
    const span = { start: read.starts[from] ?? 0, end: read.ends[until - 1] ?? 0 };
    const last = spans.at(-1);
    if (last && span.start <= last.end) {
      spans[spans.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else if (spans.length < SPANS_MAX) {
      spans.push(span);
    }
  });
  return spans;
}
