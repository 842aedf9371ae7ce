import type { Bound, Lexicon } from "../languages/lexicon.ts";
import type { FoundPhrase } from "../languages/phrase-index.ts";
import { parseNumber } from "./parse-number.ts";
import { findUnit } from "./read-units.ts";
import type { Word } from "./words.ts";

/** A number in a sentence, with its unit. `first` and `last` are the indexes of its words, without the unit's. */
export type Quantity = {
  readonly kind: "amount" | "ordinal";
  /** The value in the base unit of `dimension`, or as written if there is no unit. */
  readonly value: number;
  /** The value as written, in whatever unit. */
  readonly written: number;
  /** Number of base units in the unit; 1 without a unit. `value` is `written` times this. */
  readonly factor: number;
  /** The dimension of the unit; null if no known unit is beside the number. */
  readonly dimension: string | null;
  /** True if a word that is no known unit follows the number directly, as in "14 characters". */
  readonly hasNoun: boolean;
  readonly bound: Bound | null;
  /** True if the word may mean "a" rather than the number 1. */
  readonly isSoft: boolean;
  readonly first: number;
  readonly last: number;
  /** Indexes of the words of the unit: from `last + 1` on, or before the number. */
  readonly unitWords: readonly number[];
};

/** A number as it is written, before its unit is read. */
type Numeral = {
  readonly value: number;
  readonly first: number;
  readonly last: number;
  readonly kind: Quantity["kind"];
  readonly isSoft: boolean;
};

/** Reads the numbers of a sentence, in digits and in words, with their units and bounds. `taken` are words of dates. */
export function readQuantities(
  words: readonly Word[],
  lexicon: Lexicon,
  taken: ReadonlySet<number>,
): Quantity[] {
  const bounds = lexicon.bounds.find(words.map(({ folded }) => folded));
  const quantities: Quantity[] = [];
  let at = 0;
  while (at < words.length) {
    const numeral = taken.has(at) ? null : readNumeral(words, at, lexicon);
    at = (numeral?.last ?? at) + 1;
    if (!numeral) continue;
    const unit = numeral.kind === "ordinal" ? null : findUnit(words, numeral, lexicon);
    at = Math.max(at, ...(unit?.words ?? []).map((word) => word + 1));
    if (numeral.isSoft && unit === null) continue;
    const [dimension, factor] = unit?.unit ?? [null, 1];
    quantities.push({
      ...numeral,
      value: numeral.value * factor,
      written: numeral.value,
      factor,
      dimension,
      hasNoun: unit === null && (words[numeral.last + 1]?.term ?? "") !== "",
      bound: findBound(numeral, bounds, words, lexicon),
      unitWords: unit?.words ?? [],
    });
  }
  return shareUnits(quantities, words, lexicon);
}

function findBound(
  { first, last }: Numeral,
  bounds: readonly FoundPhrase<Bound>[],
  words: readonly Word[],
  lexicon: Lexicon,
): Bound | null {
  const found = bounds.find((bound) => {
    const isBefore = bound.last < first && first - bound.last <= BOUND_DISTANCE_MAX;
    const isAfter = bound.first > last && bound.first - last <= BOUND_DISTANCE_MAX + 1;
    return isBefore || (isAfter && isBehind(lexicon, words, bound.first));
  });
  return found?.value ?? null;
}

/** Words between a bound and its number, as in "at least the 30". */
const BOUND_DISTANCE_MAX = 2;

/** Returns true if the words from `at` on can limit a number before them: "30 days or more". */
function isBehind(lexicon: Lexicon, words: readonly Word[], at: number): boolean {
  return (
    !lexicon.table.isSpaced || ["or", "oder", "ou", "o", "au"].includes(words[at]?.folded ?? "")
  );
}

function readNumeral(words: readonly Word[], at: number, lexicon: Lexicon): Numeral | null {
  const word = words[at];
  if (!word?.isNumeral) return null;
  // "por ciento" and "ร้อยละ" have the word for 100 in them.
  const [previous, following] = [words[at - 1]?.folded ?? "", words[at + 1]?.folded ?? ""];
  if (word.kind === "word" && lexicon.units.has(`${previous} ${word.folded}`)) return null;
  if (lexicon.percentBefore.has(word.folded + following)) return null;
  const ordinal = lexicon.ordinals.get(word.folded);
  if (ordinal !== undefined)
    return { value: ordinal, first: at, last: at, kind: "ordinal", isSoft: false };
  const parsed = parseNumber(words, at, lexicon);
  if (parsed === null) return null;
  const { value, last } = parsed;
  const [before, after] = [words[at - 1]?.folded ?? "", words[last + 1]?.folded ?? ""];
  if (word.kind === "number" && lexicon.ordinalEndings.has(after)) {
    return { value, first: at, last: last + 1, kind: "ordinal", isSoft: false };
  }
  if (lexicon.ordinalSigns.has(before))
    return { value, first: at, last, kind: "ordinal", isSoft: false };
  const isSoft = word.kind === "word" && at === last && lexicon.articles.has(word.folded);
  return { value, first: at, last, kind: "amount", isSoft };
}

/** Gives the first number of a range the unit of the second: "5 to 10 days". */
function shareUnits(
  quantities: readonly Quantity[],
  words: readonly Word[],
  lexicon: Lexicon,
): Quantity[] {
  return quantities.map((quantity, at) => {
    const next = quantities[at + 1];
    if (quantity.dimension !== null || !next?.dimension || quantity.kind === "ordinal")
      return quantity;
    if (next.first - quantity.last > 2) return quantity;
    const between = words[quantity.last + 1];
    const isRange =
      between !== undefined &&
      next.first - quantity.last === 2 &&
      (/^[-–—~−]$/u.test(between.text) || lexicon.functionWords.has(between.folded));
    if (!isRange) return quantity;
    const { factor, dimension } = next;
    return { ...quantity, value: quantity.written * factor, factor, dimension };
  });
}
