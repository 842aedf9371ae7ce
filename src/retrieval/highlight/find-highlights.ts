import { readTerms } from "../tokenize.ts";
import { foldWithOffsets } from "./fold-with-offsets.ts";

/** A part of a chunk's text, in UTF-16 code units; `end` is the position after its last unit. */
type TextSpan = { readonly start: number; readonly end: number };

/** Maximum number of highlighted spans of a chunk; later matches are not highlighted. */
const SPANS_MAX = 500;

/**
 * Finds the words of a text whose index terms are among `terms`, in order. Spans that overlap or touch are joined, such
 * as those of Korean words, whose index terms are pairs of syllables. Returns none if the text cannot be mapped to its
 * folded form (`foldWithOffsets`).
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
