import type { Span } from "../../ingest/sentences.ts";
import { foldText } from "../../retrieval/fold.ts";

/** A text as a reader sees it, with the origin of each code unit. */
export type FoldedText = {
  readonly text: string;
  /** Start and end, in the original text, of each code unit's source. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
};

/**
 * Folds case, accents and white space, and removes invisible characters: soft hyphens and Markdown's emphasis
 * marks. So a phrase is found in any formatting, and its original position is known.
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

/** Finds a phrase as whole words; in scripts without spaces between words, at any position. */
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
