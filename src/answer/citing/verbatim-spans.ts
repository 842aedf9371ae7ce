import type { Span } from "../../ingest/text/sentences.ts";

/** The beginnings of what is enclosed: code, formulas, and the destinations of links. */
const OPENING = /`+|(?<!\$)\$\$(?!\$)|(?<![\\$\p{L}\p{N}])\$(?![\s$])|\\[[(]|(?<=\])\(/gu;
/** `\[1\]`, which is a marker and no formula. */
const ESCAPED_MARKER = /^\\\[\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\s*\\?\]/;
const IN_DOLLARS = /^\$((?:[^$\n\\]|\\.){1,300}?)(?<!\s)\$(?![\d$])/u;
const DESTINATION = /^\((?:[^()\s]|\([^()\s]*\)){0,2000}(?:\s"[^"\n]{0,200}")?\)/;

/**
 * Finds the parts of a text in which brackets are no markers: Markdown code, formulas, and the destinations of links. A
 * block of code or a displayed formula that is not closed lasts to the end of the text.
 */
export function findVerbatim(text: string): Span[] {
  return scan(text, (opening, at) => {
    if (opening === "$") return readDollars(text, at);
    if (opening === "(") return readEnd(text, at, DESTINATION);
    return readEnclosed(text, opening, at);
  }).spans;
}

/**
 * Finds the parts of a text within which no sentence ends: Markdown code and formulas, but none in single dollar signs,
 * which are often prices. `open` is the index of code or a formula that may still be closed within the last line; it is
 * the length of the text if there is none.
 */
export function findEnclosed(text: string): {
  readonly spans: readonly Span[];
  readonly open: number;
} {
  const { spans, open } = scan(text, (opening, at) => {
    const end = /^[$(]$/.test(opening) ? null : readEnclosed(text, opening, at);
    return end === null && /^`|^\\\(/.test(opening) && !text.includes("\n", at) ? "open" : end;
  });
  return { spans, open: open ?? text.length };
}

/** Returns what closes the displayed formula that a sentence opens; null if it opens none. */
export function findOpenFormula(text: string): "$$" | "\\]" | null {
  const last = findEnclosed(text).spans.at(-1);
  if (!last || last.end < text.length) return null;
  const formula = text.slice(last.start, last.end);
  if (formula.startsWith("$$")) return /^\$\$[^]*\$\$$/.test(formula) ? null : "$$";
  return formula.startsWith("\\[") && !formula.endsWith("\\]") ? "\\]" : null;
}

/**
 * Reads what each beginning in a text encloses, from left to right. `read` returns the index after it, null if it
 * encloses nothing, or "open" if that is not known yet, which ends the scan.
 */
function scan(text: string, read: (opening: string, at: number) => number | "open" | null) {
  const spans: Span[] = [];
  const openings = new RegExp(OPENING);
  for (let found = openings.exec(text); found; found = openings.exec(text)) {
    const end = read(found[0], found.index);
    if (end === "open") return { spans, open: found.index };
    if (end === null) continue;
    spans.push({ start: found.index, end });
    openings.lastIndex = end;
  }
  return { spans, open: null };
}

function readEnclosed(text: string, opening: string, at: number): number | null {
  if (opening.startsWith("```")) return endOf(text, "```", at + opening.length);
  if (opening === "$$") return endOf(text, "$$", at + 2);
  if (opening === "\\[") {
    return ESCAPED_MARKER.test(text.slice(at, at + 100)) ? null : endOf(text, "\\]", at + 2);
  }
  const from = at + opening.length;
  const line = /^[^\n]*/.exec(text.slice(from))?.[0] ?? "";
  const closing = opening === "\\(" ? /\\\)/ : new RegExp(`(?<!\`)${opening}(?!\`)`);
  const found = closing.exec(line);
  return found && from + found.index + found[0].length;
}

/** Returns the index after the next `closing`; the length of the text if there is none. */
function endOf(text: string, closing: string, from: number): number {
  const found = text.indexOf(closing, from);
  return found === -1 ? text.length : found + closing.length;
}

function readEnd(text: string, at: number, pattern: RegExp): number | null {
  const [found] = pattern.exec(text.slice(at)) ?? [];
  return found === undefined ? null : at + found.length;
}

function readDollars(text: string, at: number): number | null {
  const [found, formula = ""] = IN_DOLLARS.exec(text.slice(at)) ?? [];
  return found === undefined || !isFormula(formula) ? null : at + found.length;
}

/** Tests whether a text between single dollar signs is a formula, and not the text between two prices. */
function isFormula(text: string): boolean {
  if (/[.!?]\s|[。！？]/u.test(text)) return false;
  const bare = text.replaceAll(/\\\w+(?:\{[^{}]*\})?/g, "\\");
  if (/\p{L}{3,}\s+\p{L}{2,}|\p{L}{2,}\s+\p{L}{3,}/u.test(bare)) return false;
  return !/^\d/.test(text) || /[\\=^_{}<>+*]/.test(text);
}
