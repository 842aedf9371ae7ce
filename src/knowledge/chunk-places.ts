/** The position in a file's text at which a page begins, and the page's name as it is printed, such as "iv" or "12". */
export type PageMark = { readonly start: number; readonly label: string };

/**
 * The part of a table that a chunk has: the table's name (its caption, or else its number in the file), the position at
 * which the table begins in the file's text, the number and position of the first row that the chunk has a part of, and
 * the end. Rows are lines; they are counted from 1, below the header.
 */
export type TableMark = {
  readonly table: string;
  readonly start: number;
  readonly row: number;
  readonly rowStart: number;
  readonly end: number;
};

/** The place of a passage in its file. Each member is null if it is unknown, or if the file has no pages or tables. */
export type PassagePlace = {
  readonly page: string | null;
  readonly table: string | null;
  readonly row: number | null;
};

/**
 * The pages and tables of a chunk as JSON, which is stored as it is: the pages as a list of positions in the file's text
 * and names, or, with tables, an object of both. Only `encodePlaces` writes it, and only `findPlace` reads it.
 */
export type EncodedPlaces = string;

/** A chunk, as far as it says where its text is. `start` is the position of `text` in the file's text. */
export type PlacedText = {
  readonly start: number;
  readonly text: string;
  readonly places?: EncodedPlaces | null;
};

type EncodedPage = readonly [start: number, label: string];
type EncodedTable = readonly [
  table: string,
  start: number,
  row: number,
  rowStart: number,
  end: number,
];
type Encoded = { readonly pages: readonly EncodedPage[]; readonly tables: readonly EncodedTable[] };

/** A longer name of a page is cut. */
const LABEL_LENGTH_MAX = 50;
/** A longer caption is cut. */
const TABLE_LENGTH_MAX = 200;

/**
 * Encodes where the text between two positions is: on which pages, in which tables. Returns null if the file has
 * no pages, and the text no table. `marks` are in the order of the text.
 */
export function encodePlaces(
  marks: readonly PageMark[],
  tables: readonly TableMark[],
  { start, end }: { readonly start: number; readonly end: number },
): EncodedPlaces | null {
  const pages = encodePages(marks, start, end);
  if (tables.length === 0) return pages.length === 0 ? null : JSON.stringify(pages);
  const encoded: Encoded = {
    pages,
    tables: tables.map((one) => [
      one.table.slice(0, TABLE_LENGTH_MAX),
      one.start,
      one.row,
      one.rowStart,
      one.end,
    ]),
  };
  return JSON.stringify(encoded);
}

function encodePages(marks: readonly PageMark[], start: number, end: number): EncodedPage[] {
  let first = lastBefore(marks, start);
  const pages: EncodedPage[] = [];
  if (first < 0) return pages;
  for (
    let mark = marks[first];
    mark && (pages.length === 0 || mark.start < end);
    mark = marks[++first]
  ) {
    // An empty page begins where the next one does.
    if (pages.at(-1)?.[0] === mark.start) pages.pop();
    pages.push([mark.start, mark.label.slice(0, LABEL_LENGTH_MAX)]);
  }
  return pages;
}

/**
 * Returns where a part of a chunk is, between two positions of its file's text: on the page where it begins, in the first
 * table that it touches, and in the first row of that table; in no row if it touches the header alone. All is null if it
 * is unknown, since the file was indexed before places were kept.
 */
export function findPlace(chunk: PlacedText, start: number, end: number): PassagePlace {
  const { pages, tables } = decode(chunk.places);
  const page = pages.findLast(([at]) => at <= start)?.[1] ?? pages[0]?.[1] ?? null;
  const touched = tables.find(
    ([, tableStart, , , tableEnd]) => tableStart < end && tableEnd > start,
  );
  if (!touched) return { page, table: null, row: null };
  const [table, , row, rowStart] = touched;
  if (end <= rowStart) return { page, table, row: null };
  const from = Math.max(rowStart, chunk.start);
  const lines = chunk.text.slice(from - chunk.start, Math.max(from, start) - chunk.start);
  return { page, table, row: row + lines.split("\n").length - 1 };
}

function decode(places: EncodedPlaces | null | undefined): Encoded {
  if (places === null || places === undefined) return { pages: [], tables: [] };
  // Only `encodePlaces` writes it.
  const encoded: readonly EncodedPage[] | Encoded = JSON.parse(places);
  return "tables" in encoded ? encoded : { pages: encoded, tables: [] };
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
