import type { Line, Segment } from "./build-lines.ts";

/** Rows of a table, each with a text for every column; "" for an empty cell. */
export type DrawnTable = readonly (readonly string[])[];

/** Fewer rows with several cells are no table. */
const ROWS_MIN = 3;
/** Minimum share of cells with text. */
const FILLED_MIN = 0.5;
/** Maximum distance between the lines of a cell, in sizes of a letter. */
const CELL_LINE_GAP = 1.35;

/** More columns are none: each row has a cell for each of them. */
const COLUMNS_MAX = 256;

type Column = { start: number; end: number };

/**
 * Makes a table of lines whose gaps are aligned: columns are the spans between gaps that all full lines share. Returns
 * null if the lines are no table.
 */
export function makeTable(lines: readonly Line[]): DrawnTable | null {
  const columns = findColumns(lines);
  if (columns.length < 2 || columns.length > COLUMNS_MAX) return null;
  const rows: string[][] = [];
  let before: Line | null = null;
  for (const line of lines) {
    const cells = columns.map(() => "");
    for (const segment of line.segments) {
      const column = findColumn(columns, segment);
      cells[column] = cells[column] === "" ? segment.text : `${cells[column]} ${segment.text}`;
    }
    const last = rows.at(-1);
    if (last && before && isContinued(last, cells, before.baseline - line.baseline, line.size)) {
      for (const [index, cell] of cells.entries()) {
        if (cell !== "") last[index] = `${last[index]} ${cell}`;
      }
    } else rows.push(cells);
    before = line;
  }
  return isTable(rows) ? rows : null;
}

function findColumns(lines: readonly Line[]): Column[] {
  const counts = lines.map(({ segments }) => segments.length).filter((count) => count > 1);
  const usual = counts.toSorted((one, other) => one - other)[counts.length >> 1] ?? 2;
  const segments = lines
    .filter((line) => line.segments.length >= usual)
    .flatMap((line) => line.segments.map(({ start, end }) => ({ start, end })))
    .toSorted((one, other) => one.start - other.start);
  const columns: Column[] = [];
  for (const { start, end } of segments) {
    const last = columns.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else columns.push({ start, end });
  }
  return columns;
}

/** The first column that a segment overlaps, or else the nearest one. */
function findColumn(columns: readonly Column[], { start, end }: Segment): number {
  const overlapped = columns.findIndex((column) => column.start < end && column.end > start);
  if (overlapped >= 0) return overlapped;
  const distances = columns.map((column) => Math.max(column.start - end, start - column.end));
  return distances.indexOf(Math.min(...distances));
}

/** A line with one cell continues the cell above it, unless it begins a row. */
function isContinued(
  last: readonly string[],
  cells: readonly string[],
  gap: number,
  size: number,
): boolean {
  const filled = cells.flatMap((cell, index) => (cell === "" ? [] : [index]));
  const [only] = filled;
  if (filled.length !== 1 || only === undefined || gap > size * CELL_LINE_GAP) return false;
  if (last[only] === "" || last.every((cell, index) => index === only || cell === "")) return false;
  return only > 0 || /^\p{Ll}/u.test(cells[only] ?? "");
}

function isTable(rows: DrawnTable): boolean {
  const full = rows.filter((row) => row.filter((cell) => cell !== "").length > 1);
  const filled = rows.flat().filter((cell) => cell !== "").length;
  return full.length >= ROWS_MIN && filled >= rows.flat().length * FILLED_MIN;
}

/** Writes a table as lines of Markdown. The first row is a header if it has no numbers, and the others have some. */
export function writeTable(rows: DrawnTable): string[] {
  const lines = rows.map((row) => `| ${row.map((cell) => escapeCell(cell)).join(" | ")} |`);
  const [header, ...body] = rows;
  const isHeader =
    header !== undefined &&
    header.some((cell) => cell !== "") &&
    !header.some((cell) => NUMBER.test(cell)) &&
    body.some((row) => row.some((cell) => NUMBER.test(cell)));
  const [first = ""] = lines;
  if (!isHeader) return lines;
  return [first, `|${" --- |".repeat(header.length)}`, ...lines.slice(1)];
}

/** A year may be in a header. */
const NUMBER = /^[\p{Sc}\s(+–-]*(?!(?:19|20)\d\d\b(?![.,]))\d/u;
const escapeCell = (cell: string) => cell.replaceAll("|", String.raw`\|`);
