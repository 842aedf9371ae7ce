const DIGITS = "〇一二三四五六七八九";
const PLACES = ["", "十", "百", "千"];
const STEMS = "甲乙丙丁戊己庚辛壬癸";
/** Highest number that `countInHan` writes. */
const COUNTED_MAX = 9_999;

/**
 * Writes a number in Chinese or Japanese numerals: 12 is 十二; 120 is 一百二十 in Chinese and 百二十 in Japanese. Returns null
 * for a number below 1 or above 9,999.
 */
export function countInHan(value: number, language: "chinese" | "japanese"): string | null {
  if (value < 1 || value > COUNTED_MAX) return null;
  const digits = Array.from(String(value), Number);
  let written = "";
  let isGap = false;
  for (const [at, digit] of digits.entries()) {
    const place = digits.length - 1 - at;
    if (digit === 0) {
      isGap = true;
      continue;
    }
    // A gap between digits is 零 in Chinese: 一百零一.
    if (isGap && language === "chinese") written += "零";
    isGap = false;
    const isBareTen = place === 1 && at === 0;
    const isOne = digit === 1 && place > 0 && (language === "japanese" || isBareTen);
    written += `${isOne ? "" : DIGITS.charAt(digit)}${PLACES[place] ?? ""}`;
  }
  return written;
}

/** Writes each digit of a number as a Chinese character: 12 is 一二. Returns null for a negative number. */
export const writeHanDigits = (value: number): string | null =>
  value < 0 ? null : Array.from(String(value), (digit) => DIGITS.charAt(Number(digit))).join("");

/** Returns the heavenly stem for a number from 1 (甲) to 10 (癸); null for any other number. */
export const findStem = (value: number): string | null => STEMS.charAt(value - 1) || null;
