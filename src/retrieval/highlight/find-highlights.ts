import type { Analyzer } from "../analysis/analyzer.ts";

/** A part of a chunk's text, in UTF-16 code units; `end` is the position after its last unit. */
type TextSpan = { readonly start: number; readonly end: number };

/** Maximum number of highlighted spans of a chunk; later matches are not highlighted. */
const SPANS_MAX = 500;

/**
 * Finds the words of a text whose index terms are among `terms`, in order. Spans that overlap or touch are joined, such
 * as those of Korean words, whose index terms are pairs of syllables. Returns none for terms whose places the analyzer
 * cannot map to the text.
 */
export function findHighlights(
  text: string,
  terms: ReadonlySet<string>,
  analyzer: Analyzer,
): TextSpan[] {
  const matches: TextSpan[] = [];
  analyzer.readPlaces(text, (term, start, end) => {
    if (terms.has(term)) matches.push({ start, end });
  });
  const spans: TextSpan[] = [];
  for (const match of matches.toSorted((a, b) => a.start - b.start)) {
    const last = spans.at(-1);
    if (last && match.start <= last.end) {
      spans[spans.length - 1] = { start: last.start, end: Math.max(last.end, match.end) };
    } else {
      spans.push(match);
    }
  }
  return spans.slice(0, SPANS_MAX);
}
