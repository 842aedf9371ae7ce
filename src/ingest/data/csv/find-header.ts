import { areJoined, joinHeaders } from "./join-headers.ts";

/** The first rows of a table: the lines above its columns, the names of the columns, and the rows below. */
export type TableStart = {
  readonly titles: readonly (readonly string[])[];
  /** The names of the columns, "" for one without a name; null if the table has none. */
  readonly columns: readonly string[] | null;
  readonly rows: readonly (readonly string[])[];
  /** True if the names are words or years and differ in kind from the rows below, or often name columns. */
  readonly isCertain: boolean;
};

/** More lines above the columns are rows. */
const TITLES_MAX = 10;
const NUMBER = /^[-+]?[€$£¥]?\s?\d[\d.,\s'’]*(?:[eE][-+]?\d+)?\s?[%€$£¥]?$/;
const DATE = /^(?:\d{4}-\d{1,2}(?:-\d{1,2})?(?:[T ][\d:.]+Z?)?|\d{1,2}[./]\d{1,2}[./]\d{2,4})$/;
const YEAR = /^(?:1[89]|20|21)\d{2}$/;
/** Words that name columns and are hardly ever values. */
const NAME =
  /^(?:(?:\w+[ _-])?(?:id|name|date|time|type|status|code|number|no|nr|key|value|amount|price|total|count|qty|quantity|year|month|day|age|city|country|state|address|street|zip|email|e-mail|mail|phone|title|description|notes?|comments?|category|currency|unit|url|department|salary|region|product|item|sku|stock|firstname|lastname|surname|datum|preis|menge|betrag|ort|stadt|land|nom|prix|ville|pays|nombre|precio|fecha|ciudad|telefon|abteilung|beschreibung)s?)$/i;

/**
 * Finds the names of a table's columns in its first rows. A row has names if it differs from the rows below: text above
 * numbers, years above amounts, words that name columns. A row of values like those below it has none. Lines with one
 * cell above the columns are titles or comments, and so are shorter lines above a row that certainly has names.
 */
export function findHeader(rows: readonly (readonly string[])[]): TableStart {
  const seen = rows.map((row) =>
    row.length > WEIGHED_COLUMNS ? row.slice(0, WEIGHED_COLUMNS) : row,
  );
  const width = usualWidth(seen);
  const first = skipTitles(seen, width);
  const titles = rows.slice(0, first);
  const [header = [], ...below] = seen.slice(first);
  const [names = [], lower = []] = rows.slice(first, first + 2);
  const areNames = (row: readonly string[], others: readonly (readonly string[])[]) =>
    (weighNames(row, others, width) ?? 0) > 0;
  if (areJoined(header, below, areNames)) {
    const columns = joinHeaders(names, lower);
    return { titles, columns, rows: rows.slice(first + 2), isCertain: true };
  }
  const weight = weighNames(header, below, width);
  if (weight === null) {
    return { titles, columns: null, rows: rows.slice(first), isCertain: false };
  }
  const isCertain =
    weight > 0 &&
    below.length > 0 &&
    header.every((name) => YEAR.test(name) || typeOf(name) === "text");
  return { titles, columns: names, rows: rows.slice(first + 1), isCertain };
}

/** The columns of a table by which it is decided whether its first rows have names; a wider one goes on like them. */
const WEIGHED_COLUMNS = 100;

/** Returns the number of cells that `findHeader` weighs. */
export const countWeighed = (rows: readonly (readonly string[])[]): number =>
  rows.reduce((sum, { length }) => sum + Math.min(length, WEIGHED_COLUMNS), 0);

/**
 * Tests whether rows below an empty row or a line of text are another table, with columns of its own. A row of words
 * above numbers alone may be one of the same table.
 */
export function isOtherTable(
  { columns, isCertain }: TableStart,
  before: readonly string[],
): boolean {
  if (!isCertain || columns === null) return false;
  return columns.length !== before.length || columns.some((name) => NAME.test(name));
}

/** Counts the titles and comments above the columns. */
function skipTitles(rows: readonly (readonly string[])[], width: number): number {
  const isTitle = (row: readonly string[]) =>
    (row[0] ?? "").startsWith("#") || (row.length < width && countFilled(row) <= 1);
  const skip = (from: number) => {
    let first = from;
    while (first < Math.min(rows.length, TITLES_MAX) && isTitle(rows[first] ?? [])) first++;
    return first;
  };
  const first = skip(0);
  const row = rows[first] ?? [];
  // A sentence with commas is a title, too, if the columns have their names below it.
  const next = skip(first + 1);
  const header = rows[next] ?? [];
  const isSentence = row.length < width && header.length >= width;
  return isSentence && (weighNames(header, rows.slice(next + 1), width) ?? 0) > 0 ? next : first;
}

/**
 * Weighs whether a row has the names of the columns of the rows below. Returns null if it has none, and 0 if nothing but
 * words speaks for it.
 */
function weighNames(
  header: readonly string[],
  below: readonly (readonly string[])[],
  width: number,
): number | null {
  // Joined files repeat their names between the rows.
  const names = header.join("\n");
  const others = below.filter((row) => row.join("\n") !== names);
  const weight = weighColumns(header, others);
  if (width <= 1) return header.length === 1 && weight > 0 && others.length > 0 ? weight : null;
  if (header.length < 2 || countFilled(header) < 2 || weight < 0) return null;
  const isAllWords = header.length >= width && header.every((name) => typeOf(name) === "text");
  return weight > 0 || (isAllWords && !header.includes("")) ? weight : null;
}

/** Counts the cells of a row that are not empty. */
export const countFilled = (row: readonly string[]) => row.filter((cell) => cell !== "").length;

/** The number of cells that most rows have. */
function usualWidth(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [[width] = [0]] = [...counts].toSorted(([a, left], [b, right]) => right - left || b - a);
  return width;
}

/** Weighs for each column whether its first cell is a name. */
function weighColumns(header: readonly string[], below: readonly (readonly string[])[]): number {
  const counted = countsOn(header);
  let weight = 0;
  for (const [index, name] of header.entries()) {
    const cells = below.map((row) => row[index] ?? "").filter((cell) => cell !== "");
    weight += weighColumn(name, cells, counted);
  }
  return weight;
}

function weighColumn(name: string, cells: readonly string[], isCounted: boolean): number {
  if (name === "") return 0;
  const [type, below] = [typeOf(name), usualType(cells)];
  if (type === "text") {
    if (cells.includes(name)) return -2;
    if (below === "number" || below === "date") return 3;
    return NAME.test(name) ? 2 : 0;
  }
  if (below === null) return 0;
  if (below === "text") return isCounted ? 1 : -1;
  const isYearAbove = YEAR.test(name) && !isUsual(cells, (cell) => YEAR.test(cell));
  if (isYearAbove || (type === "date" && below === "number")) return 2;
  return isCounted && !cells.includes(name) ? 1 : -3;
}

/** Returns true if the numbers of a row count on, as the numbers of columns do: 0, 1, 2. */
function countsOn(row: readonly string[]): boolean {
  const numbers = row.filter((cell) => /^\d{1,4}$/.test(cell)).map(Number);
  return (
    numbers.length > 1 && numbers.every((one, at) => at === 0 || one === (numbers[at - 1] ?? 0) + 1)
  );
}

type CellType = "number" | "date" | "text";

function typeOf(cell: string): CellType {
  if (DATE.test(cell)) return "date";
  return NUMBER.test(cell) ? "number" : "text";
}

/** The type of four fifths of the cells; null without cells, "text" if they differ. */
function usualType(cells: readonly string[]): CellType | null {
  if (cells.length === 0) return null;
  for (const type of ["number", "date"] as const) {
    if (isUsual(cells, (cell) => typeOf(cell) === type)) return type;
  }
  return "text";
}

function isUsual(cells: readonly string[], test: (cell: string) => boolean): boolean {
  return cells.length > 0 && cells.filter(test).length * 5 >= cells.length * 4;
}
