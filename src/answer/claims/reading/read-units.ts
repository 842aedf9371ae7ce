import { lookUp } from "../../../record.ts";
import type { UnitName } from "../languages/language-table.ts";
import type { Lexicon } from "../languages/lexicon.ts";
import type { Word } from "./words.ts";

/** Units that are signs. */
const SIGN_UNITS: Readonly<Record<string, UnitName>> = {
  "%": ["percent", 1],
  "‰": ["percent", 0.1],
  "٪": ["percent", 1],
  $: ["$", 1],
  "€": ["€", 1],
  "£": ["£", 1],
  "¥": ["¥", 1],
  "₩": ["₩", 1],
  "฿": ["฿", 1],
  "°": ["degrees", 1],
};

/** Short names of units that all languages share. Some of them are words elsewhere, so they follow a number directly. */
const SHARED_UNITS: Readonly<Record<string, UnitName>> = {
  km: ["metres", 1_000],
  cm: ["metres", 0.01],
  mm: ["metres", 0.001],
  m: ["metres", 1],
  kg: ["grams", 1_000],
  g: ["grams", 1],
  mg: ["grams", 0.001],
  t: ["grams", 1e6],
  ml: ["litres", 0.001],
  l: ["litres", 1],
  kb: ["bytes", 1e3],
  mb: ["bytes", 1e6],
  gb: ["bytes", 1e9],
  tb: ["bytes", 1e12],
  ms: ["seconds", 0.001],
  s: ["seconds", 1],
  h: ["seconds", 3_600],
  w: ["watts", 1],
  kw: ["watts", 1_000],
  mw: ["watts", 1e6],
  gw: ["watts", 1e9],
  wh: ["watt hours", 1],
  kwh: ["watt hours", 1_000],
  v: ["volts", 1],
  hz: ["hertz", 1],
  khz: ["hertz", 1e3],
  mhz: ["hertz", 1e6],
  ghz: ["hertz", 1e9],
  kmh: ["km/h", 1],
  mph: ["mph", 1],
  c: ["celsius", 1],
  f: ["fahrenheit", 1],
  k: ["thousands", 1],
  usd: ["$", 1],
  eur: ["€", 1],
  gbp: ["£", 1],
  jpy: ["¥", 1],
  chf: ["CHF", 1],
  sek: ["SEK", 1],
  dkk: ["DKK", 1],
  nok: ["NOK", 1],
  cny: ["yuan", 1],
  rmb: ["yuan", 1],
  thb: ["฿", 1],
  krw: ["₩", 1],
};

/** A unit in a sentence, with the indexes of its words. */
export type FoundUnit = { readonly unit: UnitName; readonly words: readonly number[] };

/** Words between a number and its unit, as in "30 calendar days". */
const UNIT_DISTANCE_MAX = 2;

/** Finds the unit of the number in the words from `first` to `last`: behind it, or a sign before it. */
export function findUnit(
  words: readonly Word[],
  { first, last }: { readonly first: number; readonly last: number },
  lexicon: Lexicon,
): FoundUnit | null {
  const before = words[first - 1];
  const twoBefore = `${words[first - 2]?.folded ?? ""}${before?.folded ?? ""}`;
  if (before && lexicon.percentBefore.has(before.folded)) {
    return { unit: ["percent", 1], words: [first - 1] };
  }
  if (lexicon.percentBefore.has(twoBefore)) {
    return { unit: ["percent", 1], words: [first - 2, first - 1] };
  }
  for (let at = last + 1, skipped = 0; at < words.length && skipped <= UNIT_DISTANCE_MAX; at++) {
    const word = words[at];
    if (!word || word.kind === "break" || word.kind === "number") break;
    if (word.folded === "-") continue;
    const unit = readUnit(words, at, lexicon, at === last + 1);
    if (unit) return unit;
    if (word.term === "") break;
    skipped += 1;
  }
  const sign = before && (lookUp(SIGN_UNITS, before.text) ?? currencyCode(before.text));
  if (sign) return { unit: sign, words: [first - 1] };
  return null;
}

function currencyCode(text: string): UnitName | undefined {
  return /^[A-Z]{3}$/.test(text) ? lookUp(SHARED_UNITS, text.toLowerCase()) : undefined;
}

/** Reads the unit that begins at a word. `isNext`: the word follows a number directly, so short names count too. */
function readUnit(
  words: readonly Word[],
  at: number,
  lexicon: Lexicon,
  isNext: boolean,
): FoundUnit | null {
  const word = words[at];
  if (!word) return null;
  const next = words[at + 1];
  // Words of Korean end with particles, and those of languages without spaces may be cut otherwise than units are.
  const { isSpaced, script } = lexicon.table;
  if (!isSpaced || script === "hangul") {
    const found = readUnspacedUnit(words.slice(0, isSpaced ? at + 1 : at + 3), at, lexicon);
    if (found) return found;
  }
  const pair = next && lexicon.units.get(`${word.folded} ${next.folded}`);
  if (pair) return { unit: pair, words: [at, at + 1] };
  if (isNext && word.text === "°" && /^[cf]$/u.test(next?.folded ?? "")) {
    return { unit: [next?.folded === "c" ? "celsius" : "fahrenheit", 1], words: [at, at + 1] };
  }
  const unit =
    lookUp(SIGN_UNITS, word.text) ??
    lexicon.units.get(word.folded) ??
    (isNext ? lookUp(SHARED_UNITS, word.folded) : undefined);
  return unit ? { unit, words: [at] } : null;
}

/** Characters of the longest unit in a language without spaces. */
const UNSPACED_UNIT_MAX = 10;

/** Reads the longest unit at the beginning of the text from a word on. */
function readUnspacedUnit(words: readonly Word[], at: number, lexicon: Lexicon): FoundUnit | null {
  const { isSpaced } = lexicon.table;
  const text = words
    .slice(at)
    .map(({ folded }) => folded)
    .join("");
  for (let length = Math.min(UNSPACED_UNIT_MAX, text.length); length > 0; length--) {
    const unit = lexicon.units.get(text.slice(0, length));
    if (!unit || (isSpaced && !lexicon.isEnding(text.slice(length)))) continue;
    const covered: number[] = [];
    for (let next = at, left = length; left > 0; next++) {
      covered.push(next);
      left -= words[next]?.folded.length ?? left;
    }
    return { unit, words: covered };
  }
  return null;
}

/** Returns true if a word is a unit of the language. */
export function isUnitAt(words: readonly Word[], at: number, lexicon: Lexicon): boolean {
  return readUnit(words, at, lexicon, false) !== null;
}
