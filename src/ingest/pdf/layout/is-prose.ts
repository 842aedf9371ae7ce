import type { Line, Segment } from "./build-lines.ts";

/** The two sides of lines that a gutter divides. */
export type Sides = { readonly left: readonly Line[]; readonly right: readonly Line[] };

/** Divides lines at a position along them. A line without text on one side is missing there. */
export function divideLines(lines: readonly Line[], middle: number): Sides {
  const side = (isOn: (segment: Segment) => boolean) =>
    lines
      .map((line) => ({ ...line, segments: line.segments.filter((segment) => isOn(segment)) }))
      .filter(({ segments }) => segments.length > 0);
  return {
    left: side(({ end }) => end <= middle),
    right: side(({ start }) => start >= middle),
  };
}

/** Minimum average number of words in a line of prose. */
const WORDS_MIN = 2.5;
/** In prose, the sentence continues in the next line of the column in at least this share of the lines. */
const CONTINUED_MIN = 0.25;
const NUMBERS_MAX = 0.2;

/**
 * Tests whether two sides of lines are columns of prose, to be read one after the other. Cells of a table are shorter,
 * often numbers, and do not continue in the next line.
 */
export const isProse = ({ left, right }: Sides): boolean => isColumn(left) && isColumn(right);

function isColumn(lines: readonly Line[]): boolean {
  const texts = lines.map(({ segments }) => segments.map(({ text }) => text).join(" "));
  const words = texts.reduce((sum, text) => sum + countWords(text), 0);
  const numbers = texts.filter((text) => NUMBER.test(text)).length;
  let continued = 0;
  for (const [index, text] of texts.entries()) {
    if (index > 0 && continues(texts[index - 1] ?? "", text)) continued++;
  }
  return (
    texts.length > 1 &&
    words >= texts.length * WORDS_MIN &&
    numbers <= texts.length * NUMBERS_MAX &&
    continued >= (texts.length - 1) * CONTINUED_MIN
  );
}

const NUMBER = /^[\p{Sc}\s(+–-]*\d[\d\s.,%()\p{Sc}–-]*$/u;
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;
const DENSE_PER_WORD = 3;

const countWords = (text: string) =>
  text.split(/\s+/u).filter((word) => /\p{L}{2}|^\p{Ll}$/u.test(word)).length +
  (text.match(DENSE)?.length ?? 0) / DENSE_PER_WORD;

/** The next line begins within a sentence, or the line ends within one. */
const continues = (text: string, next: string) =>
  /^\p{Ll}/u.test(next) ||
  /[\p{L},\u2010-]$/u.test(text) ||
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}、]$/u.test(text);
