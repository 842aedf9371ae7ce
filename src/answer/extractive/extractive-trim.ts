import type { Span } from "../../ingest/text/sentences.ts";

/** The places where a sentence may be cut: after a comma, semicolon, colon, dash or bracket of any script. */
const CLAUSE_END = /[,;:)\]](?=\s)|[，、；：）」』،؛]|\s[–—-](?=\s)|—/gu;

/**
 * Selects the most useful part of a long sentence, of at most `charactersMax` characters: a run of whole clauses or, if
 * the best clause alone is too long, the words around its best part. `worth` scores a part of the text: a higher score
 * is more useful. Returns the position of the selected part in `text`, so that a quote of it is exact.
 */
export function trimToClauses(
  text: string,
  span: Span,
  charactersMax: number,
  worth: (part: string) => number,
): Span {
  if (span.end - span.start <= charactersMax) return span;
  const cuts = [span.start];
  for (const match of text.slice(span.start, span.end).matchAll(CLAUSE_END)) {
    cuts.push(span.start + match.index + match[0].length);
  }
  if (cuts.at(-1) !== span.end) cuts.push(span.end);
  return bestRun(text, cuts, charactersMax, worth) ?? bestWindow(text, span, charactersMax, worth);
}

function bestRun(
  text: string,
  cuts: readonly number[],
  charactersMax: number,
  worth: (part: string) => number,
): Span | undefined {
  let best: (Span & { value: number }) | undefined;
  for (const [index, from] of cuts.entries()) {
    // The longest run that starts here; a shorter one never has a higher worth.
    const to = cuts.findLast(
      (cut, at) => at > index && trim(text, from, cut).length <= charactersMax,
    );
    if (to === undefined) continue;
    const run = trim(text, from, to);
    const value = worth(text.slice(run.start, run.end));
    if (value > 0 && (!best || value > best.value))
      best = { start: run.start, end: run.end, value };
  }
  return best && { start: best.start, end: best.end };
}

/** Selects the window of complete words with the highest worth. Windows start a quarter of their length apart. */
function bestWindow(
  text: string,
  span: Span,
  charactersMax: number,
  worth: (part: string) => number,
): Span {
  let best: (Span & { value: number }) | undefined;
  const step = Math.max(1, Math.floor(charactersMax / 4));
  for (let from = span.start; from < span.end; from += step) {
    const start = from === span.start ? from : wordStart(text, from, span.end);
    const end = start + charactersMax >= span.end ? span.end : wordEnd(text, start, charactersMax);
    const value = worth(text.slice(start, end));
    if (!best || value > best.value) best = { start, end, value };
    if (end === span.end) break;
  }
  if (!best) return span;
  const run = trim(text, best.start, best.end);
  return { start: run.start, end: run.end };
}

const WORDS = new Intl.Segmenter(undefined, { granularity: "word" });

/** Finds the beginning of a word near `from`, within the next 40 characters. */
function wordStart(text: string, from: number, end: number): number {
  const space = text.slice(from, Math.min(end, from + 40)).search(/\s\S/u);
  if (space >= 0) return from + space + 1;
  return isLowSurrogate(text, from) ? from + 1 : from;
}

function wordEnd(text: string, start: number, charactersMax: number): number {
  const slice = text.slice(start, start + charactersMax);
  const space = slice.search(/\s\S*$/u);
  if (space > charactersMax / 2) return start + space;
  const tail = slice.slice(-60);
  const last = [...WORDS.segment(tail)].at(-1);
  const cut = last && last.index > 0 ? slice.length - tail.length + last.index : slice.length;
  return isLowSurrogate(text, start + cut) ? start + cut - 1 : start + cut;
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}

/** Removes the white space around a part, and the comma that ended its last clause. */
function trim(text: string, from: number, to: number): Span & { readonly length: number } {
  const part = text.slice(from, to);
  const start = from + (part.length - part.trimStart().length);
  const end = from + part.replace(/[\s,;:，、；：،؛–—-]+$/u, "").length;
  return { start, end: Math.max(start, end), length: Math.max(0, end - start) };
}
