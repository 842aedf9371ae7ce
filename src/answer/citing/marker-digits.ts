/** The zeros of the scripts in which numbers are read: Latin, Arabic, Persian, Devanagari, Bengali, Thai, full-width. */
const ZEROS = Array.from("0٠۰०০๐０", (zero) => zero.charCodeAt(0));

/** A digit, as the source of a class of characters in a regular expression. */
export const DIGIT = `[${ZEROS.map((zero) => String.fromCharCode(zero, 45, zero + 9)).join("")}]`;

/** Reads a number in the digits of any of the scripts. */
export function readNumber(digits: string): number {
  let number = 0;
  for (let at = 0; at < digits.length; at++) {
    const code = digits.charCodeAt(at);
    const zero = ZEROS.find((one) => code >= one && code <= one + 9) ?? code;
    number = number * 10 + code - zero;
  }
  return number;
}

/** A longer range names only its two ends. */
const RANGE_MAX = 20;

/** Lists the numbers of a range: all of them, or its two ends if it is long or begins with the greater one. */
export function readNumberRange(from: number, to: number): number[] {
  if (to <= from || to - from > RANGE_MAX) return [from, to];
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
