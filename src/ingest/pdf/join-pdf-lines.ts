/** A piece of text on a PDF page, as PDF.js reports it. */
export type PdfItem = {
  readonly str: string;
  readonly height: number;
  /** The transformation matrix, six numbers. The last two are the position on the page, in points. */
  readonly transform: readonly number[];
  readonly hasEOL: boolean;
};

/**
 * Joins the pieces of text on a PDF page to lines, and lines to paragraphs. A gap clearly larger than a line separates
 * paragraphs. A word that is hyphenated at the end of a line is joined, so that it can be found.
 */
export function joinLines(items: readonly PdfItem[]): string {
  let text = "";
  let line = "";
  let y = Number.NaN;
  let lineEnd = Number.NaN;
  for (const item of items) {
    if (item.str !== "" && line === "") {
      y = item.transform[5] ?? Number.NaN;
      const gap = Math.abs(lineEnd - y);
      if (item.height > 0 && gap > item.height * PARAGRAPH_GAP) text = endParagraph(text);
    }
    line += item.str;
    if (item.hasEOL) {
      if (line.trim() !== "") {
        text = addLine(text, line);
        lineEnd = y;
      }
      line = "";
    }
  }
  return addLine(text, line).trim();
}

/** Distance between the baselines of two lines, in heights of a letter: single spacing is 1.2, double spacing 2.4. */
const PARAGRAPH_GAP = 1.7;
const HYPHENATED = /\p{Ll}-$/u;
const CONTINUED = /^\p{Ll}/u;

function addLine(text: string, raw: string): string {
  const line = raw.trim();
  if (line === "" || text === "") return text + line;
  if (text.endsWith("\n")) return text + line;
  // Test only the end: a pattern over the whole page for each line would be quadratic.
  if (HYPHENATED.test(text.slice(-3)) && CONTINUED.test(line)) return text.slice(0, -1) + line;
  return `${text}\n${line}`;
}

function endParagraph(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n\n`;
}
