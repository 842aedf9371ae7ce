import { foldText } from "../fold.ts";

/** A folded text, and for each of its UTF-16 code units the part of the original text that it was made of. */
export type TextWithOffsets = {
  readonly folded: string;
  readonly starts: Uint32Array;
  /** The position after the last code unit of each part. */
  readonly ends: Uint32Array;
};

/** Stretches of ASCII, which folding leaves in place, and of other characters. */
const STRETCHES = /[\p{ASCII}]+|\P{ASCII}+/gu;
const IS_ASCII = /^\p{ASCII}/u;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Folds a text as `foldText` does, and keeps the places of its characters. Folding looks at no more than a character
 * with its marks, so the characters are folded one by one. Returns null if that does not give what `foldText` gives.
 */
export function foldWithOffsets(text: string): TextWithOffsets | null {
  const folded = foldText(text);
  const starts = new Uint32Array(folded.length);
  const ends = new Uint32Array(folded.length);
  let at = 0;
  for (const [part, start] of splitText(text)) {
    const own = foldText(part);
    if (!folded.startsWith(own, at)) return null;
    const isInPlace = own.length === part.length;
    for (let unit = 0; unit < own.length; unit++) {
      starts[at + unit] = isInPlace ? start + unit : start;
      ends[at + unit] = isInPlace ? start + unit + 1 : start + part.length;
    }
    at += own.length;
  }
  return at === folded.length ? { folded, starts, ends } : null;
}

/** Yields stretches of ASCII, and each other character with its marks, with their positions. */
function* splitText(text: string): Generator<readonly [part: string, start: number]> {
  for (const { 0: stretch, index } of text.matchAll(STRETCHES)) {
    if (IS_ASCII.test(stretch)) yield [stretch, index];
    else {
      for (const character of graphemes.segment(stretch)) {
        yield [character.segment, index + character.index];
      }
    }
  }
}
