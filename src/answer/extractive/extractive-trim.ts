import type { Span } from "../../ingest/sentences.ts";

/** Where a sentence may be cut: after a comma, semicolon, colon, dash or bracket of any script. */
const CLAUSE_END = /[,;:)\]](?=\s)|[，、；：）」』،؛]|\s[–—-](?=\s)|—/gu;

/**
 * The part of a sentence that fits in `charactersMax` and is worth most: the run of whole clauses with the
 * highest worth, or, where the best clause alone is too long, the words around its best part. The
 * result is a span of the same text, so a quote of it stays exact.
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
  return bestRun(text, cuts, charactersMax, worth) ?? words(text, span, charactersMax, worth);
}

function bestRun(
  text: string,
  cuts: readonly number[],
  charactersMax: number,
  worth: (part: string) => number,
): Span | undefined {
  let best: (Span & { value: number }) | undefined;
  for (const [index, from] of cuts.entries()) {
    // The longest run from here; a shorter one is never worth more.
    const to = cuts.findLast(
      (cut, at) => at > index && trimmed(text, from, cut).length <= charactersMax,
    );
    if (to === undefined) continue;
    const run = trimmed(text, from, to);
    const value = worth(text.slice(run.start, run.end));
    if (value > 0 && (!best || value > best.value))
      best = { start: run.start, end: run.end, value };
  }
  return best && { start: best.start, end: best.end };
}

/** The window of whole words with the highest worth; windows start a quarter of the length apart. */
function words(
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
  const run = trimmed(text, best.start, best.end);
  return { start: run.start, end: run.end };
}

const WORDS = new Intl.Segmenter(undefined, { granularity: "word" });

/** A place near `from` where a word begins, found by segmenting a few characters around it. */
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

/** Without white space around it and without the comma that ended its last clause. */
function trimmed(text: string, from: number, to: number): Span & { readonly length: number } {
  const part = text.slice(from, to);
  const start = from + (part.length - part.trimStart().length);
  const end = from + part.replace(/[\s,;:，、；：،؛–—-]+$/u, "").length;
  return { start, end: Math.max(start, end), length: Math.max(0, end - start) };
}
