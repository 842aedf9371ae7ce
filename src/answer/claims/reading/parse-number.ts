import { splitCompound } from "../languages/compound-numbers.ts";
import type { Lexicon, NumberPart } from "../languages/lexicon.ts";
import type { Word } from "./words.ts";

/** A number that was read: its value, and the index of its last word. */
export type ParsedNumber = { readonly value: number; readonly last: number };

/**
 * Reads the number that begins at the word `at`: digits with the separators of the language, number words, or digits
 * with a word that multiplies them ("2.5 million"). Null if no number begins there.
 */
export function parseNumber(
  words: readonly Word[],
  at: number,
  lexicon: Lexicon,
): ParsedNumber | null {
  const word = words[at];
  if (word?.kind !== "number") return parseWords(words, at, lexicon);
  const value = parseDigits(word.folded, lexicon.table.numbers.group);
  if (value === null) return null;
  return multiply(value, at, words, lexicon);
}

/**
 * Returns the value of digits with separators; null if the separators are those of no number, as in "2.3.1". Where the
 * separators are not those of the language, they are read as those of English or German.
 */
export function parseDigits(text: string, group: "." | ","): number | null {
  const digits = text.replaceAll(/[\s\u00a0\u202f'’٬]/gu, "").replaceAll("٫", ".");
  if (/^\d+$/.test(digits)) return Number(digits);
  const decimal = group === "." ? "," : ".";
  for (const [groups, decimals] of [
    [group, decimal],
    [decimal, group],
  ] as const) {
    const [whole = "", ...rest] = digits.split(decimals);
    if (rest.length > 1) continue;
    const grouped = whole.split(groups);
    const isGrouped = grouped.length > 1 && grouped.slice(1).every((part) => part.length === 3);
    if (grouped.length > 1 && !(isGrouped && (grouped[0] ?? "").length <= 3)) continue;
    if (/[^\d]/.test(grouped.join("") + (rest[0] ?? ""))) continue;
    return Number(`${grouped.join("")}.${rest[0] ?? "0"}`);
  }
  return null;
}

function multiply(
  value: number,
  at: number,
  words: readonly Word[],
  lexicon: Lexicon,
): ParsedNumber {
  let [product, last] = [value, at];
  for (;;) {
    const part = lexicon.numberParts.get(words[last + 1]?.folded ?? "");
    if (part?.kind !== "multiplier") return { value: product, last };
    product *= part.value;
    last += 1;
  }
}

/** Reads number words: "two hundred and five", "fünfundzwanzig", "三十五". */
function parseWords(words: readonly Word[], at: number, lexicon: Lexicon): ParsedNumber | null {
  const sum = new NumberSum();
  let last = -1;
  let next = at;
  while (next < words.length) {
    const { parts, length } = partsAt(words, next, lexicon);
    if (parts.length > 0 && sum.add(parts)) {
      last = next + length - 1;
      next += length;
    } else if (last >= 0 && next === last + 1 && isJoined(words[next], lexicon)) next += 1;
    else break;
  }
  return last < 0 || (sum.isBare && lexicon.table.isSpaced) ? null : { value: sum.value, last };
}

/** Returns true for a word that may be inside a number in words: "and", or the hyphen of "twenty-five". */
function isJoined(word: Word | undefined, lexicon: Lexicon): boolean {
  return word !== undefined && (word.text === "-" || lexicon.glue.has(word.folded));
}

type Parts = { readonly parts: readonly NumberPart[]; readonly length: number };

function partsAt(words: readonly Word[], at: number, lexicon: Lexicon): Parts {
  const [word, next, third] = [words[at], words[at + 1], words[at + 2]];
  if (word?.kind !== "word") return { parts: [], length: 0 };
  const pair = next && lexicon.numberParts.get(`${word.folded} ${next.folded}`);
  if (pair) return { parts: [pair], length: 2 };
  const hyphened =
    third && next?.text === "-" && lexicon.numberParts.get(`${word.folded} ${third.folded}`);
  if (hyphened) return { parts: [hyphened], length: 3 };
  const known = lexicon.numberParts.get(word.folded);
  if (known) return { parts: [known], length: 1 };
  return { parts: splitCompound(word.folded, lexicon), length: 1 };
}

/** Adds up the words of a number: values below a multiplier are added, then multiplied. */
class NumberSum {
  #total = 0;
  #current = 0;
  #lastValue = Infinity;
  #lastMultiplier = Infinity;
  #hasValue = false;

  /** The number so far. */
  get value(): number {
    return this.#total + this.#current;
  }

  /** True if it has multipliers alone, as "thousand" or "dozen" has: such a word names no exact number. */
  get isBare(): boolean {
    return !this.#hasValue;
  }

  /** Adds parts that belong together. Returns false if they begin another number, as in "two three". */
  add(parts: readonly NumberPart[]): boolean {
    const [first] = parts;
    if (parts.length === 1 && first?.kind === "value" && !this.#fits(first.value)) return false;
    for (const part of parts) this.#addPart(part);
    return true;
  }

  #fits(value: number): boolean {
    if (this.#current % 100 === 0) return true;
    // "twenty-five", "fünf und zwanzig" and "soixante-douze", but not "two three".
    const [small, large] = [Math.min(value, this.#lastValue), Math.max(value, this.#lastValue)];
    return large % 10 === 0 && (small < 10 || (small < 20 && large >= 60));
  }

  #addPart({ kind, value }: NumberPart): void {
    if (kind === "value") {
      this.#current += value;
      this.#lastValue = value;
      this.#hasValue = true;
      return;
    }
    if (value >= 1_000) {
      // A larger multiplier than the one before multiplies all that is before it: "hundred thousand", "三千万".
      const whole = value > this.#lastMultiplier ? this.#total + this.#current : this.#current;
      if (value > this.#lastMultiplier) this.#total = 0;
      this.#total += (whole === 0 ? 1 : whole) * value;
      this.#current = 0;
      this.#lastMultiplier = value;
    } else {
      const ones = this.#current % value;
      this.#current += (ones === 0 ? 1 : ones) * value - ones;
    }
    this.#lastValue = this.#current;
  }
}
