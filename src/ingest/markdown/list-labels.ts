import { countInHan, findStem, writeHanDigits } from "./cjk-numbers.ts";

/**
 * A number style of a list, such as 1, a, A, i, I, 01. After z, `alpha` styles continue with aa, ab; `doubled` styles,
 * as in Word, with aa, bb. `bullet` has a mark without a number, `none` no mark at all.
 */
export type NumberStyle =
  | "decimal"
  | "decimal-leading-zero"
  | "lower-alpha"
  | "upper-alpha"
  | "lower-roman"
  | "upper-roman"
  | "lower-doubled"
  | "upper-doubled"
  | "lower-greek"
  | "lower-russian"
  | "upper-russian"
  | "chinese"
  | "japanese"
  | "han-digits"
  | "stems"
  | "circled"
  | "ordinal"
  | "bullet"
  | "none";

/** Larger numbers are written as decimals in every style. */
const ROMAN_MAX = 3_999;
const ALPHA_MAX = 18_278;
const ROMAN: readonly (readonly [number, string])[] = [
  [1_000, "m"],
  [900, "cm"],
  [500, "d"],
  [400, "cd"],
  [100, "c"],
  [90, "xc"],
  [50, "l"],
  [40, "xl"],
  [10, "x"],
  [9, "ix"],
  [5, "v"],
  [4, "iv"],
  [1, "i"],
];
const GREEK = "αβγδεζηθικλμνξοπρστυφχψω";
const RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя";
const CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳";
const ALPHABET = 26;

/** Writes the number of a list item in a style: 4 is "4", "d", "D", "iv" or "IV". A bullet is written as "". */
export function formatNumber(value: number, style: NumberStyle): string {
  switch (style) {
    case "bullet":
    case "none":
      return "";
    case "decimal":
      return String(value);
    case "decimal-leading-zero":
      return value >= 0 && value < 10 ? `0${value}` : String(value);
    case "ordinal":
      return `${value}${ordinalSuffix(value)}`;
    case "lower-alpha":
      return toLetters(value);
    case "upper-alpha":
      return toLetters(value).toUpperCase();
    case "lower-roman":
      return toRoman(value);
    case "upper-roman":
      return toRoman(value).toUpperCase();
    case "lower-greek":
      return GREEK.charAt(value - 1) || String(value);
    case "lower-doubled":
    case "upper-doubled":
    case "lower-russian":
    case "upper-russian":
    case "chinese":
    case "japanese":
    case "han-digits":
    case "stems":
    case "circled":
      return formatRarely(value, style) ?? String(value);
  }
}

type RareStyle = Exclude<
  NumberStyle,
  | "bullet"
  | "none"
  | "decimal"
  | "decimal-leading-zero"
  | "ordinal"
  | `${"lower" | "upper"}-${"alpha" | "roman"}`
  | "lower-greek"
>;

/** Formats a number in a rare style; null if the style cannot express it. */
function formatRarely(value: number, style: RareStyle): string | null {
  switch (style) {
    case "lower-doubled":
      return doubleLetters(value);
    case "upper-doubled":
      return doubleLetters(value)?.toUpperCase() ?? null;
    case "lower-russian":
      return RUSSIAN.charAt(value - 1) || null;
    case "upper-russian":
      return RUSSIAN.charAt(value - 1).toUpperCase() || null;
    case "chinese":
    case "japanese":
      return countInHan(value, style);
    case "han-digits":
      return writeHanDigits(value);
    case "stems":
      return findStem(value);
    case "circled":
      return CIRCLED.charAt(value - 1) || null;
  }
}

/**
 * Formats a number in letters as Word does: 1 is "a", 26 "z", 27 "aa", 28 "bb". Returns null for a number below 1 or
 * above 676.
 */
function doubleLetters(value: number): string | null {
  if (value < 1 || value > ALPHABET * ALPHABET) return null;
  const letter = String.fromCharCode(97 + ((value - 1) % ALPHABET));
  return letter.repeat(Math.ceil(value / ALPHABET));
}

/** Formats a number in letters: 1 is "a", 26 "z", 27 "aa". Other numbers than 1 to 18,278 are written in digits. */
function toLetters(value: number): string {
  if (value < 1 || value > ALPHA_MAX) return String(value);
  let letters = "";
  for (let left = value; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCharCode(97 + ((left - 1) % 26)) + letters;
  }
  return letters;
}

function toRoman(value: number): string {
  if (value < 1 || value > ROMAN_MAX) return String(value);
  let left = value;
  let roman = "";
  for (const [size, letters] of ROMAN) {
    while (left >= size) {
      roman += letters;
      left -= size;
    }
  }
  return roman;
}

function ordinalSuffix(value: number): string {
  const teens = value % 100;
  if (teens >= 11 && teens <= 13) return "th";
  return ["th", "st", "nd", "rd"][value % 10] ?? "th";
}
