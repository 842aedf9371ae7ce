import { listNow, type SlicedItems } from "../slices.ts";
import { ABBREVIATION_LENGTH_MAX, isAbbreviated, isBeforeOrdinal } from "./abbreviations.ts";
import { isSpace } from "./estimate-tokens.ts";
import { endsThaiSentence, isThai } from "./thai-sentences.ts";

/** A range of a text, by indexes of UTF-16 code units: it begins at `start` and ends before `end`. */
export type Span = { readonly start: number; readonly end: number };

/**
 * Splits a text into sentences. Together they contain all text except the white space between them. All languages are
 * handled in one pass. A Latin full stop before white space ends a sentence, except after an abbreviation or an
 * initial, or before a small letter. A Chinese or Japanese full stop always ends one. Thai has no full stop, so a space
 * ends a sentence that is long enough. Blank lines, list items, headings and table rows also end sentences, since the
 * text is often Markdown.
 */
export function sentences(text: string): Span[] {
  return listNow(sentencesInSlices(text));
}

/**
 * Splits the part of a text from `start` to `end` into sentences, in slices of about 10 ms, between which other
 * requests can run. The spans count from the start of the whole text.
 */
export function* sentencesInSlices(text: string, start = 0, end = text.length): SlicedItems<Span> {
  let from = skipSpace(text, start, end);
  let at = from;
  let slice = at + CHARACTERS_A_SLICE;
  while (at < end) {
    if (at >= slice) {
      slice = at + CHARACTERS_A_SLICE;
      yield;
    }
    const code = text.charCodeAt(at);
    let next = at + 1;
    let ends = false;
    if (code === NEWLINE) {
      const line = skipSpace(text, next, end);
      ends = line >= end || endsAtNewline(text, from, at, line);
      next = line;
    } else if (WIDE_STOPS.has(code)) {
      next = skipClosers(text, next, end);
      ends = true;
    } else if (STOPS.has(code)) {
      const closed = skipClosers(text, next, end);
      ends = endsAtStop(text, from, at, closed, end);
      next = closed;
    } else if (code === SPACE && isThai(text.charCodeAt(at - 1))) {
      slice -= THAI_SPACE_WORK;
      ends = endsThaiSentence(text, from, at, next);
    }
    if (ends) {
      slice -= SENTENCE_WORK;
      const span = trimSpan(text, from, code === NEWLINE ? at : next);
      if (span) yield span;
      from = skipSpace(text, next, end);
      next = from;
    }
    at = next;
  }
  const last = trimSpan(text, from, end);
  if (last) yield last;
}

/** Returns the first position from `from` on, and before `end`, that is not white space; `end` if there is none. */
export function skipSpace(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** White space that is skipped in about a millisecond. */
const SPACES_AT_ONCE = 1_000_000;

/**
 * Returns a position within the white space from `from` on if that is so long that skipping it would block other
 * requests; null otherwise. The caller pauses and goes on from there.
 */
export function longSpaceEnd(text: string, from: number, end: number): number | null {
  const bound = from + SPACES_AT_ONCE;
  return bound < end && skipSpace(text, from, bound) === bound ? bound : null;
}

/** Characters of about 5 ms. */
const CHARACTERS_A_SLICE = 300_000;
/** Work for the end of a sentence, in characters. */
const SENTENCE_WORK = 12;
/** Work for a space in Thai, which is compared with many words, in characters. */
const THAI_SPACE_WORK = 150;
const NEWLINE = 10;
const STOPS = codes(".!?…؟۔।॥");
const WIDE_STOPS = codes("。！？｡");
const CLOSERS = codes("\"')]}’”»›*_`」』】）》〉.!?…。！？");
/** Closing marks after one stop: a line of stops is cut here, so that other requests can run meanwhile. */
const CLOSERS_MAX = 10_000;
const OPENERS = codes("\"'([{‘“«‹*_`#¿¡「『【（《〈");
function endsAtStop(
  text: string,
  from: number,
  stop: number,
  closed: number,
  end: number,
): boolean {
  if (closed >= end) return true;
  const stopCode = text.charCodeAt(stop);
  // Chinese and Japanese have no space after a narrow mark either.
  if (!isSpace(text.charCodeAt(closed)))
    return stopCode !== FULL_STOP && isWide(text.charCodeAt(closed));
  const closes = closed > stop + 1;
  // A small letter continues the sentence: after a full stop, an ellipsis, or a quoted question (“Really?” she asked).
  if (
    (stopCode === FULL_STOP || stopCode === ELLIPSIS || closes) &&
    startsSmall(text, closed, end)
  ) {
    return false;
  }
  return stopCode !== FULL_STOP || closes || !isAbbreviation(text, from, stop, closed, end);
}

const SPACE = 32;
const FULL_STOP = 46;
const ELLIPSIS = 0x2026;

/**
 * Returns true when the first letter after white space is a small one. Looks ahead a few characters: the pass stays
 * linear.
 */
function startsSmall(text: string, from: number, end: number): boolean {
  const bound = Math.min(end, from + 8);
  let at = skipSpace(text, from, bound);
  while (at < bound && OPENERS.has(text.charCodeAt(at))) at++;
  if (at >= bound) return false;
  const first = text.charAt(at);
  return first !== first.toUpperCase();
}

/** Decides if the full stop after a word, an initial or a number belongs to it, and ends no sentence. */
function isAbbreviation(
  text: string,
  from: number,
  stop: number,
  after: number,
  end: number,
): boolean {
  const start = startOfWord(text, from, stop);
  const word = text.slice(start, stop);
  if (word === "") return isListNumber(text, from, stop) || isOrdinal(text, from, stop);
  if (word.length > ABBREVIATION_LENGTH_MAX) return false;
  if (word.length === 1) return !isUnit(text, from, start);
  const next = skipSpace(text, after, Math.min(end, after + 8));
  const isSingle = next + 1 >= end || !isWordCharacter(text, next + 1);
  return isAbbreviated(word, text.charAt(next), isSingle);
}

/** A single letter is an initial or a part of "e.g.", "z. B." or "c. 1066", but after a number it is a unit: "5 m." */
function isUnit(text: string, from: number, start: number): boolean {
  const before = text.charCodeAt(start - 1) === SPACE ? start - 2 : start - 1;
  return before >= from && isDigit(text.charCodeAt(before));
}

/** Returns the start of the letters, at most as many as an abbreviation has and one more, that end before `stop`. */
function startOfWord(text: string, from: number, stop: number): number {
  const bound = Math.max(from, stop - ABBREVIATION_LENGTH_MAX - 1);
  let start = stop;
  while (start > bound && isLetter(text, start - 1)) start--;
  return start;
}

/** Detects a German ordinal number: "am 3. Oktober". */
function isOrdinal(text: string, from: number, stop: number): boolean {
  let start = stop;
  while (start > from && stop - start < 3 && isDigit(text.charCodeAt(start - 1))) start--;
  if (stop - start > 2 || stop === start || text.charCodeAt(start - 1) !== SPACE) return false;
  return isBeforeOrdinal(text.slice(startOfWord(text, from, start - 1), start - 1));
}

/** Detects a list number: "1. First" at the start of a sentence does not end one. */
function isListNumber(text: string, from: number, stop: number): boolean {
  if (stop - from > 3 || stop === from) return false;
  for (let at = from; at < stop; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** Decides on a line break: it ends a sentence before a blank line and around lines that are a unit of their own. */
function endsAtNewline(text: string, from: number, at: number, line: number): boolean {
  for (let between = at + 1; between < line; between++) {
    if (text.charCodeAt(between) === NEWLINE) return true;
  }
  return startsUnit(text, line) || isOneLine(text, from);
}

/** Detects headings and table rows, which end with their line. */
function isOneLine(text: string, from: number): boolean {
  const code = text.charCodeAt(from);
  if (code === PIPE) return true;
  if (code !== HASH) return false;
  let at = from;
  while (text.charCodeAt(at) === HASH && at - from < 7) at++;
  return at - from < 7 && isSpace(text.charCodeAt(at));
}

/** Returns true when a line starts a heading, a list item, a table row or a code fence. */
function startsUnit(text: string, line: number): boolean {
  const code = text.charCodeAt(line);
  if (code === PIPE) return true;
  if (code === HASH) return isOneLine(text, line);
  if (code === BACKTICK) return text.startsWith("```", line);
  if (BULLETS.has(code)) return isSpace(text.charCodeAt(line + 1));
  let at = line;
  while (at - line < 4 && isDigit(text.charCodeAt(at))) at++;
  if (at === line) return false;
  const mark = text.charCodeAt(at);
  return (mark === FULL_STOP || mark === PARENTHESIS) && isSpace(text.charCodeAt(at + 1));
}

const PIPE = 124;
const HASH = 35;
const BACKTICK = 96;
const PARENTHESIS = 41;
const BULLETS = codes("-*+•–");

function skipClosers(text: string, from: number, end: number): number {
  const bound = Math.min(end, from + CLOSERS_MAX);
  let at = from;
  while (at < bound && CLOSERS.has(text.charCodeAt(at))) at++;
  return at;
}

/** Returns the span without the white space at its end; null if nothing is left. */
function trimSpan(text: string, start: number, end: number): Span | null {
  let last = end;
  while (last > start && isSpace(text.charCodeAt(last - 1))) last--;
  return last > start ? { start, end: last } : null;
}

function codes(characters: string): ReadonlySet<number> {
  return new Set(Array.from(characters, (character) => character.charCodeAt(0)));
}

/** Chinese and Japanese characters. */
const isWide = (code: number) => code >= 0x3040 && code < 0xa000;
const isDigit = (code: number) => code >= 48 && code <= 57;
const LETTER = /[\p{L}\p{M}]/u;
const isLetter = (text: string, at: number) => LETTER.test(text.charAt(at));
const isWordCharacter = (text: string, at: number) =>
  isLetter(text, at) || isDigit(text.charCodeAt(at));
