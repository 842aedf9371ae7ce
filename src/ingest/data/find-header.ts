/** The first rows of a table: the lines above its columns, the names of the columns, and the rows below. */
export type TableStart = {
  readonly titles: readonly (readonly string[])[];
  /** The names of the columns, "" for one without a name; null if the table has none. */
  readonly columns: readonly string[] | null;
  readonly rows: readonly (readonly string[])[];
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
 * cell above the columns are titles or comments.
 */
export function findHeader(rows: readonly (readonly string[])[]): TableStart {
  const width = usualWidth(rows);
  const isTitle = (row: readonly string[]) =>
    row.length < width && (countFilled(row) <= 1 || (row[0] ?? "").startsWith("#"));
  let first = 0;
  while (first < Math.min(rows.length, TITLES_MAX) && isMarked(rows[first] ?? [], isTitle)) first++;
  const titles = rows.slice(0, first);
  const [header = [], ...below] = rows.slice(first);
  // Joined files repeat their names between the rows.
  const names = header.join("\n");
  const others = below.filter((row) => row.join("\n") !== names);
  const isHeader = header.length > 1 && countFilled(header) > 1 && isNames(header, others, width);
  if (isHeader) return { titles, columns: header, rows: below };
  return { titles, columns: null, rows: rows.slice(first) };
}

const countFilled = (row: readonly string[]) => row.filter((cell) => cell !== "").length;

function isMarked(row: readonly string[], isTitle: (row: readonly string[]) => boolean): boolean {
  return isTitle(row) || (row[0] ?? "").startsWith("#");
}

/** The number of cells that most rows have. */
function usualWidth(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [[width] = [0]] = [...counts].toSorted(([a, left], [b, right]) => right - left || b - a);
  return width;
}

/** Weighs for each column whether its first cell is a name. */
function isNames(
  header: readonly string[],
  below: readonly (readonly string[])[],
  width: number,
): boolean {
  const counted = countsOn(header);
  let weight = 0;
  let isAllWords = header.length >= width;
  for (const [index, name] of header.entries()) {
    const cells = below.map((row) => row[index] ?? "").filter((cell) => cell !== "");
    if (name === "" || typeOf(name) !== "text") isAllWords = false;
    weight += weighColumn(name, cells, counted);
  }
  return weight > 0 || (weight === 0 && isAllWords);
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
