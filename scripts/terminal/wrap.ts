export const WIDTH_DEFAULT = 80;
/** A narrower terminal gets lines of this width all the same. */
const WIDTH_MIN = 20;

export type WrapOptions = {
  readonly width: number;
  /** Before the first line, and before each of the others; both count as part of the width. */
  readonly first?: string;
  readonly rest?: string;
};

/**
 * Breaks text into lines of at most `width` columns, between words only: a word that is too long has a line of its own
 * and stays whole, so that addresses and commands can be copied. Spaces are collapsed; codes for colour take no room.
 */
export function wrap(text: string, { width, first = "", rest = first }: WrapOptions): string {
  const columns = Math.max(width, WIDTH_MIN);
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(/[ \t\r\n]+/).filter(Boolean)) {
    if (!isEmpty && visibleLength(line) + 1 + visibleLength(word) > columns) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}

/** Columns that a text takes, where each character takes one. */
export function visibleLength(text: string): number {
  return Array.from(stripCodes(text)).length;
}

const CODES = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, "g");

/** The text without codes for colour. */
export function stripCodes(text: string): string {
  return text.replaceAll(CODES, "");
}

/** The text without control characters, which could move the cursor or repaint a terminal. */
export function stripControls(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, "");
}

/** Paints each word by itself, so that a line break between two of them falls outside of the paint. */
export function eachWord(text: string, paint: (word: string) => string): string {
  return text.replaceAll(/\S+/g, (word) => paint(word));
}
