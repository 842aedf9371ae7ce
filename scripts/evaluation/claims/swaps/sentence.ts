import type { ClaimLanguage, SourcePassage } from "../claim.ts";
import type { LanguageWordings } from "../wordings/wordings.ts";

/** A true sentence that is turned into a false claim. */
export type TrueSentence = {
  readonly text: string;
  /** The passages that say it. */
  readonly passages: readonly SourcePassage[];
  /** The other sentences of its passage. */
  readonly others: readonly string[];
  readonly language: ClaimLanguage;
  readonly wordings: LanguageWordings;
};

/** Makes a false claim of a sentence; null where the kind has nothing to change. `random` returns numbers in [0, 1). */
export type Swap = (sentence: TrueSentence, random: () => number) => string | null;

/** Chooses an element of a list; undefined if it is empty. */
export const choose = <Element>(
  list: readonly Element[],
  random: () => number,
): Element | undefined => list[Math.floor(random() * list.length)];

/** Returns the elements of a list in random order. Those with a higher weight come earlier on average. */
export function shuffle<Element>(
  list: readonly Element[],
  random: () => number,
  weigh: (element: Element) => number = () => 1,
): Element[] {
  return list
    .map((element) => ({ element, rank: random() / weigh(element) }))
    .toSorted((left, right) => left.rank - right.rank)
    .map(({ element }) => element);
}

/** Tests whether the passages of a sentence contain a text, in any case of letters. */
export const passagesSay = ({ passages }: TrueSentence, text: string): boolean =>
  passages.some((passage) =>
    `${passage.heading}\n${passage.text}`.toLowerCase().includes(text.toLowerCase()),
  );

/** Replaces the part of a text from `start` to `end`, and keeps a capital letter at its beginning. */
export function replaceAt(text: string, start: number, end: number, by: string): string {
  const replaced = text.slice(start, end);
  const isCapital = replaced !== "" && /^\p{Lu}\p{Ll}/u.test(replaced) && start === 0;
  const put = isCapital ? capitalize(by) : by;
  const changed = tidySpaces(text.slice(0, start) + put + text.slice(end));
  return start === 0 && by === "" ? capitalize(changed) : changed;
}

/** A value in a sentence, and a function that returns another one; null if it has none. */
export type ValuePlace = {
  readonly start: number;
  readonly text: string;
  change(random: () => number): string | null;
};

/** Changes one of the values of a sentence. Null if there is none, or if `isSaid` finds the new value in the passages. */
export function changeValue(
  sentence: TrueSentence,
  places: readonly ValuePlace[],
  random: () => number,
  isSaid: (sentence: TrueSentence, value: string) => boolean,
): string | null {
  const place = choose(places, random);
  const by = place?.change(random) ?? null;
  if (!place || by === null || by === place.text || isSaid(sentence, by)) return null;
  return replaceAt(sentence.text, place.start, place.start + place.text.length, by);
}

const WORDS = {
  th: new Intl.Segmenter("th", { granularity: "word" }),
  zh: new Intl.Segmenter("zh", { granularity: "word" }),
} as const;

/**
 * Tests whether a part of a text is whole words, in a language without spaces. In Chinese, only a single character is
 * tested, since longer words are rarely a part of another.
 */
export function isWholeWords(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  language: ClaimLanguage,
): boolean {
  if (language !== "th" && (language !== "zh" || end - start > 1)) return true;
  const limits = new Set(Array.from(WORDS[language].segment(text), ({ index }) => index));
  return limits.has(start) && (end === text.length || limits.has(end));
}

/** Makes the first letter of a text a capital one. */
export const capitalize = (text: string): string =>
  text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());

/** Escapes a text for a regular expression that finds it as it is. */
export const escapePattern = (text: string): string =>
  text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

const tidySpaces = (text: string): string =>
  text
    .replaceAll(/ {2,}/g, " ")
    .replaceAll(/ ([,.;])/g, "$1")
    .replace(/,,/, ",")
    .trim();
