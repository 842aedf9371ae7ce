import { indexTerms, STOP_WORDS } from "../tokenize.ts";
import type { TakeTerm } from "./take-term.ts";

/**
 * The terms that version 2 of the analyzer has in addition to those of version 1, for names that version 1 loses or
 * splits:
 *
 *     Wi-Fi, user_name       wifi, usernam      one word, as others write it
 *     U.S., p.m.             us, pm
 *     getUserName            get, user, name    the words of an identifier
 *     v2.10.3, 1,500         2.10.3, 1500       a whole number
 *     the IT department      it                 a name in capitals that is a stop word otherwise
 *
 * Calls `take` with each of them and its place in the text.
 */
export function readFurtherTerms(text: string, take: TakeTerm): void {
  if (!MAY_HAVE_SOME.test(text)) return;
  readCompounds(text, take);
  readAbbreviations(text, take);
  readIdentifiers(text, take);
  readNumbers(text, take);
  readCapitals(text, take);
}

/** Matches a text in which one of the functions below may find something; others are most questions. */
const MAY_HAVE_SOME = /[-\u2010\u2011_.,]|\p{Lu}/u;

/** Lengths of names, in UTF-16 code units and in parts. Longer runs are encoded data or whole phrases. */
const NAME_LENGTH_MAX = 40;
const PARTS_MAX = 4;

/** Each match begins where a word does, here and below: from every letter of a long word, a search would be quadratic. */
const COMPOUNDS =
  /(?<![\p{L}\p{N}\p{M}])[\p{L}\p{N}\p{M}]+(?:[-\u2010\u2011_][\p{L}\p{N}\p{M}]+)+/gu;
const JOINTS = /[-\u2010\u2011_.]/g;

/** Words that are joined by hyphens or underscores, as one word. Numbers alone are dates or ranges, and stay apart. */
function readCompounds(text: string, take: TakeTerm): void {
  for (const { 0: compound, index } of text.matchAll(COMPOUNDS)) {
    if (compound.length > NAME_LENGTH_MAX || !HAS_LETTER.test(compound)) continue;
    if (compound.split(JOINTS).length > PARTS_MAX) continue;
    takeWord(compound.replaceAll(JOINTS, ""), index, index + compound.length, take);
  }
}

const HAS_LETTER = /\p{L}/u;

const ABBREVIATIONS = /(?<![\p{L}\p{N}\p{M}.])\p{L}(?:\.\p{L}){1,5}(?![\p{L}\p{N}\p{M}])/gu;

/** Letters with periods between them, as one word. */
function readAbbreviations(text: string, take: TakeTerm): void {
  for (const { 0: letters, index } of text.matchAll(ABBREVIATIONS)) {
    takeWord(letters.replaceAll(JOINTS, ""), index, index + letters.length, take);
  }
}

const IDENTIFIERS = /(?<![\p{L}\p{N}\p{M}])[A-Za-z0-9]*(?:[a-z][A-Z]|[A-Z]{2}[a-z])[A-Za-z0-9]*/gu;
/** A plural such as that of `PDFs` is no part of an identifier. */
const PLURAL = /(?<=[A-Z])s$/;
const IDENTIFIER_WORDS = /[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*/g;

/** The words of two letters or more in an identifier whose words begin with capitals. */
function readIdentifiers(text: string, take: TakeTerm): void {
  for (const { 0: whole, index } of text.matchAll(IDENTIFIERS)) {
    if (whole.length > NAME_LENGTH_MAX) continue;
    const words = [...whole.replace(PLURAL, "").matchAll(IDENTIFIER_WORDS)];
    if (words.length < 2) continue;
    for (const { 0: word, index: at } of words) {
      if (word.length > 1) takeWord(word, index + at, index + at + word.length, take);
    }
  }
}

const NUMBERS = /(?<![\d.,])\d+(?:[.,]\d+)+/g;
const GROUPED = /^\d{1,3}(?:,\d{3})+$/;

/** A number with periods as it is written, as a version has them; one with groups of three digits without its commas. */
function readNumbers(text: string, take: TakeTerm): void {
  for (const { 0: number, index } of text.matchAll(NUMBERS)) {
    const end = index + number.length;
    if (number.length > NAME_LENGTH_MAX) continue;
    if (GROUPED.test(number)) take(number.replaceAll(",", ""), index, end);
    else if (!number.includes(",")) take(number, index, end);
  }
}

/** Stop words of two letters but "or", which stands between the terms of searches elsewhere. */
const CAPITAL_NAMES = [...STOP_WORDS].filter((word) => word.length === 2 && word !== "or");
const CAPITALS = new RegExp(
  String.raw`(?<![\p{L}\p{N}\p{M}'’_])(?:${CAPITAL_NAMES.join("|").toUpperCase()})(?![\p{L}\p{N}\p{M}'’_])`,
  "gu",
);

/** A stop word in capitals, unless the words around it are in capitals, too. */
function readCapitals(text: string, take: TakeTerm): void {
  for (const { 0: name, index } of text.matchAll(CAPITALS)) {
    const end = index + name.length;
    const around = [
      WORD_BEFORE.exec(text.slice(Math.max(0, index - AROUND), index)),
      WORD_AFTER.exec(text.slice(end, end + AROUND)),
    ].flatMap((found) => found?.[1] ?? []);
    if (around.length > 0 && around.every(isInCapitals)) continue;
    take(name.toLowerCase(), index, end);
  }
}

/** Characters before and after a word in which its neighbours are looked for. */
const AROUND = 40;
const WORD_BEFORE = /([\p{L}\p{M}]+)[^\p{L}\p{M}]*$/u;
const WORD_AFTER = /^[^\p{L}\p{M}]*([\p{L}\p{M}]+)/u;

const isInCapitals = (word: string): boolean =>
  word === word.toUpperCase() && word !== word.toLowerCase();

/** Takes a word in the form that version 1 has for it, so that it is found where it is written in one; none if there are several. */
function takeWord(word: string, start: number, end: number, take: TakeTerm): void {
  const [term, ...more] = indexTerms(word);
  if (term !== undefined && more.length === 0) take(term, start, end);
}
