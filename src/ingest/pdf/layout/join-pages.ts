import { giveTurn } from "../../slices.ts";
import { type BrokenWord, listEvidence, readBrokenWord, repairWord } from "./end-hyphens.ts";
import type { TextLine } from "./order-lines.ts";

/** The text of a document, and the position in it at which each page begins. */
export type JoinedPages = { readonly text: string; readonly starts: readonly number[] };

/**
 * Joins the lines of pages to a text. Lines of one paragraph are separated by a line break, paragraphs by a blank line.
 * A word that is broken at the end of a line is joined, and a sentence goes on over columns and pages.
 */
export async function joinPages(pages: readonly (readonly TextLine[])[]): Promise<JoinedPages> {
  const isWord = await findWords(pages);
  const parts: string[] = [];
  const starts: number[] = [];
  let length = 0;
  let before: TextLine | null = null;
  for (const lines of pages) {
    let isFirst = true;
    for (const line of lines) {
      const text = before ? findEnd(before, line, isWord, isFirst) : null;
      if (text !== null) {
        parts.push(text);
        length += text.length;
      }
      if (isFirst) starts.push(length);
      isFirst = false;
      before = line;
    }
    // An empty page is where the one after it begins, which is known then.
    if (isFirst) starts.push(Infinity);
  }
  if (before) parts.push(before.text);
  const text = parts.join("");
  let next = text.length;
  const known = starts.toReversed().map((start) => (next = Math.min(start, next)));
  return { text, starts: known.toReversed() };
}

/** The words of a document that decide about words which are broken at the end of a line. */
async function findWords(
  pages: readonly (readonly TextLine[])[],
): Promise<(word: string) => boolean> {
  const broken = listBroken(pages);
  if (broken.length === 0) return () => false;
  const asked = new Set(broken.flatMap((word) => listEvidence(word)).map(fold));
  const found = new Set<string>();
  let slice = 0;
  for (const { text } of pages.flat()) {
    slice += text.length;
    if (slice > CHARACTERS_A_SLICE) {
      slice = 0;
      await giveTurn();
    }
    const words = text.slice(0, text.lastIndexOf(" ") < 0 ? 0 : text.length).match(WORDS) ?? [];
    for (const [index, word] of words.entries()) {
      // The last word of a line and the first of the next may be the parts of a broken word.
      const isEdge = index === 0 || index === words.length - 1;
      if (!isEdge && asked.has(fold(word))) found.add(fold(word));
      if (isEdge && word.length > 0 && !isPart(word, text) && asked.has(fold(word)))
        found.add(fold(word));
    }
  }
  return (word) => found.has(fold(word));
}

/** Characters whose words are found in about 10 ms. */
const CHARACTERS_A_SLICE = 200_000;
const WORDS = /[\p{L}\p{M}]+(?:[-\u2010][\p{L}\p{M}]+)*/gu;

const fold = (word: string) => word.toLowerCase().replaceAll("\u2010", "-");

/** The word before a hyphen at the end of a line, or a small letter at its start, may be a part of a broken word. */
const isPart = (word: string, line: string) =>
  /[-\u2010\u00ad]$/u.test(line) || (line.startsWith(word) && /^\p{Ll}/u.test(word));

function listBroken(pages: readonly (readonly TextLine[])[]): BrokenWord[] {
  const broken: BrokenWord[] = [];
  let before: TextLine | null = null;
  for (const line of pages.flat()) {
    const word = before && canBreak(before, line) ? readBrokenWord(before.text, line.text) : null;
    if (word) broken.push(word);
    before = line;
  }
  return broken;
}

const canBreak = (before: TextLine, line: TextLine) =>
  before.kind === "text" && line.kind === "text";

/** Distance between the baselines of two lines, in sizes of a letter: single spacing is 1.2, double spacing 2.4. */
const PARAGRAPH_GAP = 1.7;

/** Returns the text of a line together with what separates it from the next line. */
function findEnd(
  before: TextLine,
  line: TextLine,
  isWord: (word: string) => boolean,
  isNewPage: boolean,
): string {
  const { text } = before;
  if (before.kind === "row" && line.kind === "row") return `${text}\n`;
  if (!canBreak(before, line)) return `${text}\n\n`;
  // Lines go down the page; where they do not, a column or a page begins.
  const gap = before.baseline - line.baseline;
  const isElsewhere = isNewPage || gap <= 0;
  const isApart = isElsewhere ? !goesOn(text, line.text) : gap > line.size * PARAGRAPH_GAP;
  if (isApart) return `${text}\n\n`;
  const broken = readBrokenWord(text, line.text);
  const repair = broken && repairWord(broken, isWord);
  if (repair === "join") return text.slice(0, -1);
  if (repair === "keep") return text;
  if (repair === "space") return `${text} `;
  return isDenseBreak(before, line) ? text : `${text}\n`;
}

/** A sentence that has not ended goes on in the next column or on the next page. */
const goesOn = (text: string, next: string) =>
  /^[\p{Ll}\p{N}(]/u.test(next)
    ? !/[.!?:;。！？]["'”’)\]]?$/u.test(text)
    : /[\p{Ll},\u2010-]$/u.test(text) && /^\p{Ll}/u.test(next);

const DENSE_END = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー、，]$/u;
const DENSE_START = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u;

/** Japanese and Chinese have no spaces: a full line breaks anywhere, also within a word. */
const isDenseBreak = (before: TextLine, line: TextLine) =>
  DENSE_END.test(before.text) &&
  DENSE_START.test(line.text) &&
  before.end >= line.end - 2 * line.size;
