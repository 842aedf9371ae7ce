/** Number of columns that is assumed for an output that is not a terminal. */
export const WIDTH_DEFAULT = 80;
/** The minimum width, also on a narrower terminal. */
const WIDTH_MIN = 20;

/** The layout of text that is broken into lines. */
export type WrapOptions = {
  readonly width: number;
  /** The prefix of the first line; `rest` is that of the others. `width` includes both. */
  readonly first?: string;
  readonly rest?: string;
};

/**
 * Breaks text into lines of at most `width` columns, between words only. A word that is too long has its own line, so
 * that addresses and commands can be copied. Spaces are collapsed. Colour codes have no width.
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

/** Returns the number of columns that a text takes on a terminal: one for each character, none for colour codes. */
export function visibleLength(text: string): number {
  return Array.from(stripCodes(text)).length;
}

const CODES = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, "g");

/** Removes terminal colour codes from a text. */
export function stripCodes(text: string): string {
  return text.replaceAll(CODES, "");
}

/** Removes control characters from a text, which could move the cursor or change a terminal. */
export function stripControls(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, "");
}

/** Applies a style function to each word separately, so that the text can be broken into lines afterwards. */
export function eachWord(text: string, paint: (word: string) => string): string {
  return text.replaceAll(/\S+/g, (word) => paint(word));
}
