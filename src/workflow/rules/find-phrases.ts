import type { Span } from "../../ingest/text/sentences.ts";
import { foldText } from "../../retrieval/fold.ts";

/** A text normalized for searching, with the position in the original text of each of its UTF-16 code units. */
export type FoldedText = {
  readonly text: string;
  /** For each code unit, the start in the original text of what it was made from; `ends` has the end. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
};

/**
 * Normalizes a text for searching phrases as a reader sees them: folds case, accents and white space, and removes soft
 * hyphens, other invisible characters and Markdown's emphasis marks. Positions in the original are kept.
 */
export function foldVisible(text: string): FoldedText {
  const parts: string[] = [];
  const [starts, ends]: [number[], number[]] = [[], []];
  for (const { 0: character, index } of text.matchAll(CHARACTERS)) {
    const isSpace = character.trim() === "";
    if (isSpace && parts.at(-1) === " ") continue;
    const visible = isSpace ? " " : foldText(character).replace(EMPHASIS, "");
    if (visible !== "") parts.push(visible);
    for (let unit = 0; unit < visible.length; unit++) {
      starts.push(index);
      ends.push(index + character.length);
    }
  }
  return { text: parts.join(""), starts, ends };
}

/** Letters with their combining marks, and composed Korean letters. */
const CHARACTERS = /[\u1100-\u11ff]+|\s+|[^]\p{M}*/gu;
const EMPHASIS = /[*_`]/g;

/**
 * Finds up to `placesMax` positions of a phrase in a normalized text, as spans of the original text. The phrase is
 * found as whole words only; in scripts without spaces between words, anywhere.
 */
export function findPhrase(
  { text, starts, ends }: FoldedText,
  phrase: string,
  placesMax = Number.POSITIVE_INFINITY,
): Span[] {
  const wanted = foldVisible(phrase).text.trim();
  const places: Span[] = [];
  if (wanted === "") return places;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (places.length >= placesMax) break;
    const end = at + wanted.length;
    const isPart = isInsideWord(text, at) || isInsideWord(text, end);
    const [start, last] = [starts[at], ends[end - 1]];
    if (!isPart && start !== undefined && last !== undefined) places.push({ start, end: last });
  }
  return places;
}

/** Returns true when a word continues across this position. */
function isInsideWord(text: string, at: number): boolean {
  return SPACED_WORD_END.test(text.slice(Math.max(0, at - 2), at)) && startsWord(text, at);
}

const startsWord = (text: string, at: number) => SPACED_WORD_START.test(text.slice(at, at + 2));

const SPACED =
  "(?![\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}])[\\p{L}\\p{N}\\p{M}]";
const SPACED_WORD_START = new RegExp(`^${SPACED}`, "u");
const SPACED_WORD_END = new RegExp(`${SPACED}$`, "u");
