/** The position in a file's text at which a page begins, and the page's name as it is printed, such as "iv" or "12". */
export type PageMark = { readonly start: number; readonly label: string };

/** A longer name of a page is cut. */
const LABEL_LENGTH_MAX = 50;

/**
 * Encodes the pages from which the text between two positions comes, for the chunk with this text. Returns null if the
 * file has no pages. `marks` are in the order of the text.
 */
export function encodePages(
  marks: readonly PageMark[],
  start: number,
  end: number,
): EncodedPages | null {
  let first = lastBefore(marks, start);
  if (first < 0) return null;
  const pages: EncodedMark[] = [];
  for (
    let mark = marks[first];
    mark && (pages.length === 0 || mark.start < end);
    mark = marks[++first]
  ) {
    const encoded: EncodedMark = [mark.start, mark.label.slice(0, LABEL_LENGTH_MAX)];
    // An empty page begins where the next one does.
    if (pages.at(-1)?.[0] === mark.start) pages.pop();
    pages.push(encoded);
  }
  return JSON.stringify(pages);
}

/** The pages of a chunk as JSON: a list of positions in the file's text and names. It is stored as it is. */
export type EncodedPages = string;

type EncodedMark = readonly [start: number, label: string];

/**
 * Returns the name of the page that a position in a file's text is on; null if the pages are unknown, since the file has
 * none or was indexed before pages were kept.
 */
export function findPage(pages: EncodedPages | null | undefined, position: number): string | null {
  if (pages === null || pages === undefined) return null;
  // Only `encodePages` writes it.
  const marks: readonly EncodedMark[] = JSON.parse(pages);
  return marks.findLast(([start]) => start <= position)?.[1] ?? marks[0]?.[1] ?? null;
}

/** Index of the last mark that is not after a position; -1 without any. */
function lastBefore(marks: readonly PageMark[], position: number): number {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle]?.start ?? Infinity) <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
