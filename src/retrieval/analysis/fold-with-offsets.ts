import { foldText } from "../fold.ts";

/** A folded text with, for each of its UTF-16 code units, the range of the original text that it was made from. */
export type TextWithOffsets = {
  readonly folded: string;
  readonly starts: Uint32Array;
  /** The position after the last code unit of each range. */
  readonly ends: Uint32Array;
};

/** Runs of ASCII, whose characters folding does not move, and runs of other characters. */
const STRETCHES = /[\p{ASCII}]+|\P{ASCII}+/gu;
const IS_ASCII = /^\p{ASCII}/u;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Folds a text as `foldText` does, and maps each code unit of the result to the original text. It folds each grapheme
 * (a character with its marks) by itself. Returns null if the result differs from that of `foldText`.
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

/** Yields the runs of ASCII in a text and each other grapheme, with their positions in UTF-16 code units. */
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
