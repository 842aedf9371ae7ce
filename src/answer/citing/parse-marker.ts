import { DIGIT, readNumber, readNumberRange } from "./marker-digits.ts";
import { ANDS, LABELS, LEADS, mayBecome } from "./marker-words.ts";

/** A marker in a text: the index after it, and the numbers of the passages that it names. */
export type ParsedMarker = { readonly end: number; readonly numbers: readonly number[] };
/** The result of reading a marker: "begun" if the text ends within what may become one; null if there is none. */
type Parsed = ParsedMarker | "begun" | null;

/** Maximum characters of a marker that is recognised. */
export const MARKER_MAX = 120;

const OPENINGS = /[[【［(（<*_\\]/g;

/** Finds all markers in a clear form in a text. */
export function findMarkers(text: string): (ParsedMarker & { readonly start: number })[] {
  const markers: (ParsedMarker & { readonly start: number })[] = [];
  let from = 0;
  for (const { index: start } of text.matchAll(OPENINGS)) {
    if (start < from) continue;
    const marker = parseMarker(text, start);
    if (marker === null || marker === "begun") continue;
    markers.push({ start, ...marker });
    from = marker.end;
  }
  return markers;
}

/**
 * Reads the marker that begins at `start`, in a form that can be nothing else: `[1]`, `[1, 3]`, `[1-3]`, `[^1]`,
 * `[Passage 1]`, `【1†source】`, `［1］`, `[[1]]`, `\[1\]`, also in emphasis or in `<sup>`; with words in parentheses,
 * `(see [1])`; and a labelled number in parentheses, `(Passage 1)`. A number has at most three digits, so that a year in
 * brackets stays text.
 */
export function parseMarker(text: string, start: number): Parsed {
  const head = text.slice(start, start + MARKER_MAX);
  const parsed = parse(head, text.slice(Math.max(0, start - 1), start));
  if (parsed === "begun") return head.length === MARKER_MAX ? null : parsed;
  return parsed && { end: start + parsed.end, numbers: parsed.numbers };
}

function parse(text: string, before: string): Parsed {
  const emphasis = /^(?:\*{1,2}|_{1,2})/.exec(text)?.[0];
  if (emphasis !== undefined) {
    if (/[\p{L}\p{N}*_]/u.test(before)) return null;
    const marker = parseEnclosed(text, emphasis, emphasis);
    return typeof marker === "object" && /[*_]/.test(text.charAt(marker?.end ?? -1))
      ? null
      : marker;
  }
  if (text.startsWith("<")) return parseEnclosed(text, "<sup>", "</sup>");
  return /^[(（]/.test(text) ? parseParenthesis(text) : parseBracket(text, 0);
}

/** Reads brackets between two texts, such as `<sup>[1]</sup>`. */
function parseEnclosed(text: string, opening: string, closing: string): Parsed {
  if (opening.startsWith(text.toLowerCase())) return "begun";
  if (!text.toLowerCase().startsWith(opening)) return null;
  const inner = parseBrackets(text, skipSpace(text, opening.length));
  if (inner === null || inner === "begun") return inner;
  const rest = text.slice(skipSpace(text, inner.end)).toLowerCase();
  if (rest.startsWith(closing))
    return { ...inner, end: text.length - rest.length + closing.length };
  return closing.startsWith(rest) ? "begun" : null;
}

/** Reads one bracket or several, with what separates them. */
function parseBrackets(text: string, start: number): Parsed {
  const first = parseBracket(text, start);
  if (first === null || first === "begun") return first;
  let { end } = first;
  const numbers = [...first.numbers];
  for (;;) {
    const [between = ""] = BETWEEN_BRACKETS.exec(text.slice(end)) ?? [];
    const next = parseBracket(text, end + between.length);
    if (next === "begun") return next;
    if (next === null) return { end, numbers };
    numbers.push(...next.numbers);
    end = next.end;
  }
}

const BETWEEN_BRACKETS = /^\s*(?:[,，、;；&]|(?<=\s)(?:and|und|et|y|e|en)(?=\s)|[和及と])?\s*/u;

/** Reads `[1, 2]`, `[[1]]` or `\[1\]`. */
function parseBracket(text: string, start: number): Parsed {
  const opening = /^\\?[[【［]/u.exec(text.slice(start))?.[0];
  if (opening === undefined) return /^\\?$/.test(text.slice(start)) ? "begun" : null;
  const from = skipSpace(text, start + opening.length);
  const isDouble = opening === "[" && /^\[(?!\[)/.test(text.slice(from, from + 2));
  const inner = isDouble ? parseBracket(text, from) : parseList(text, from, LABELS);
  if (inner === null || inner === "begun") return inner;
  const at = skipSpace(text, inner.end);
  const closing = /^\\?[\]】］]/u.exec(text.slice(at))?.[0];
  if (closing !== undefined) return { end: at + closing.length, numbers: inner.numbers };
  return /^\\?$/.test(text.slice(at)) ? "begun" : null;
}

/** Reads `(see [1])` or `(Passage 1)`. */
function parseParenthesis(text: string): Parsed {
  let at = skipSpace(text, 1);
  let label: number | null = null;
  for (let count = 0; count < 4; count++) {
    const word = readWord(text, at);
    if (word === "") break;
    if (at + word.length === text.length) return mayBecome(word, LABELS, LEADS) ? "begun" : null;
    if (!LABELS.has(word) && !LEADS.has(word)) return null;
    label = LABELS.has(word) ? at : null;
    at += word.length + (/^[\s:：.]{0,3}/u.exec(text.slice(at + word.length))?.[0].length ?? 0);
  }
  const isNumbered = label !== null && NUMBERED.test(text.slice(at));
  const inner = isNumbered ? parseList(text, label ?? at, LABELS) : parseBrackets(text, at);
  if (inner === null || inner === "begun") return inner;
  const end = skipSpace(text, inner.end);
  if (end === text.length) return "begun";
  return /[)）]/u.test(text.charAt(end)) ? { end: end + 1, numbers: inner.numbers } : null;
}

const NUMBERED = new RegExp(`^[#№]?${DIGIT}`, "u");
const ITEM = new RegExp(
  `^[#№^]?(${DIGIT}{1,3})(?!${DIGIT})\\^?(?:(?::${DIGIT}+)?†[^\\]】］\\n]{0,60})?`,
  "u",
);
/** The beginning of an item that more digits or more of its source may follow. */
const BEGUN_ITEM = new RegExp(
  `^[#№^]?(?:${DIGIT}{1,3})?\\^?(?::${DIGIT}*)?(?:†[^\\]】］\\n]{0,60})?$`,
  "u",
);

/** Reads numbers with what models write around them: `1`, `Passage 1`, `1†source`, and with what separates them. */
function parseList(text: string, start: number, labels: ReadonlySet<string>): Parsed {
  const numbers: number[] = [];
  let at = start;
  let isRange = false;
  for (;;) {
    const label = readWord(text, at);
    if (label !== "") {
      if (at + label.length === text.length) return mayBecome(label, labels) ? "begun" : null;
      if (!labels.has(label)) return null;
      at += label.length;
      at += /^[\s:：.#№]{0,3}/u.exec(text.slice(at))?.[0].length ?? 0;
    }
    const rest = text.slice(at);
    if (BEGUN_ITEM.test(rest)) return "begun";
    const [item, digits] = ITEM.exec(rest) ?? [];
    if (item === undefined || digits === undefined) return null;
    const number = readNumber(digits);
    numbers.push(...(isRange ? readNumberRange(numbers.pop() ?? number, number) : [number]));
    at += item.length;
    const joint = readJoint(text, at);
    if (joint === "begun") return joint;
    if (joint === "") return { end: at, numbers };
    isRange = DASH.test(joint);
    at += joint.length;
  }
}

const DASH = /[-‐‑–—−~〜～]/u;
const JOINT = /^\s*[-‐‑–—−~〜～,，、;；&]\s*/u;

/** Reads what separates the numbers of a marker; "" if nothing does. */
function readJoint(text: string, at: number): string {
  const joint = JOINT.exec(text.slice(at))?.[0];
  if (joint !== undefined) return joint;
  const from = skipSpace(text, at);
  const word = readWord(text, from);
  if (word === "") return "";
  const isApart = from > at || !/[a-z]/.test(word);
  if (isApart && from + word.length === text.length) return mayBecome(word, ANDS) ? "begun" : "";
  if (!isApart || !ANDS.has(word)) return "";
  return text.slice(at, skipSpace(text, from + word.length));
}

const readWord = (text: string, at: number): string =>
  (/^[\p{L}\p{M}]+/u.exec(text.slice(at, at + 20))?.[0] ?? "").toLowerCase();

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text.charAt(at))) at += 1;
  return at;
}
