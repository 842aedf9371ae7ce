import Papa from "papaparse";

import { giveTurn } from "../slices.ts";

/**
 * Converts a CSV table to text with one line for each row, "column: value; column: value", so that a row which search
 * finds alone can be understood. If the first row contains a number or an empty cell, it is data, and the table has no
 * column names. Returns null if the text would exceed `lengthMax` characters.
 */
export async function csvToText(text: string, lengthMax: number): Promise<string | null> {
  const table = new TableText(lengthMax);
  const delimiter = guessDelimiter(text);
  for (let from = 0; from < text.length;) {
    if (from > 0) await giveTurn();
    const end = sliceEnd(text, from);
    Papa.parse<string[]>(text.slice(from, end), {
      skipEmptyLines: "greedy",
      delimiter,
      step: ({ data }, parser) => {
        if (!table.add(data)) parser.abort();
      },
    });
    if (table.isTooLong) return null;
    from = end;
  }
  return table.finish();
}

/** Characters of whole rows from which the delimiter is guessed. The parser reads them once for each delimiter. */
const GUESSED_LENGTH = 20_000;

function guessDelimiter(text: string): string {
  const end = Math.min(sliceEnd(text, 0), GUESSED_LENGTH);
  const rowEnd = text.lastIndexOf("\n", end - 1) + 1;
  const rows = text.slice(0, rowEnd > 0 ? rowEnd : end);
  return Papa.parse(rows, { preview: 1, skipEmptyLines: "greedy" }).meta.delimiter;
}

/**
 * Characters that are parsed in about 10 ms, unless they have many marks. The parser's own pause splits all remaining
 * text into rows each time, with which seven million rows took minutes.
 */
const CHARACTERS_A_SLICE = 100_000;
/**
 * Marks (quotation marks, delimiters and line ends) that are parsed in about 10 ms. The parser takes 0.2 µs for a cell
 * or a quotation mark, and 4 µs for a row, which therefore counts as `MARKS_A_ROW`.
 */
const MARKS_A_SLICE = 50_000;
const MARKS_A_ROW = 20;
/**
 * Maximum length of a row, in characters. A longer row is split in two, because the parser cannot let other requests
 * run before the end of a row.
 */
const ROW_LENGTH_MAX = 1_000_000;
/** Maximum number of marks in a row, for the same reason. */
const ROW_MARKS_MAX = 200_000;

/**
 * Finds the end of the slice that begins at `from`: the end of a row, unless a row is longer than allowed. A line end
 * outside of quoted cells ends a row; the number of quotation marks before it is even.
 */
function sliceEnd(text: string, from: number): number {
  const bound = Math.min(text.length, from + ROW_LENGTH_MAX);
  let isQuoted = false;
  let marks = 0;
  for (let at = from; at < bound; at++) {
    const code = text.charCodeAt(at);
    if (IS_MARK[code] !== 1) continue;
    marks++;
    if (code === QUOTE) isQuoted = !isQuoted;
    if (marks >= ROW_MARKS_MAX) return at + 1;
    if (code !== NEWLINE || isQuoted) continue;
    marks += MARKS_A_ROW;
    if (marks >= MARKS_A_SLICE || at - from >= CHARACTERS_A_SLICE) return at + 1;
  }
  return bound;
}

const QUOTE = 34;
const NEWLINE = 10;
/** 1 for the codes of quotation marks, line ends and the delimiters that the parser knows. */
const IS_MARK = new Uint8Array(128);
for (const mark of '"\n,\t|;\u001e\u001f') IS_MARK[mark.charCodeAt(0)] = 1;

class TableText {
  readonly #lengthMax: number;
  readonly #lines: string[] = [];
  #columns: readonly string[] | null | undefined;
  #length = 0;

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax;
  }

  /** Adds a row. Returns false when the text is too long. */
  add(row: readonly string[]): boolean {
    const cells = row.map((cell) => cell.replaceAll(/\s+/g, " ").trim());
    if (this.#columns === undefined) {
      this.#columns = columnNames(cells);
      if (this.#columns) return true;
    }
    const line = this.#columns
      ? describeRow(this.#columns, cells)
      : cells.filter(Boolean).join("; ");
    this.#length += line.length + 1;
    this.#lines.push(line);
    return !this.isTooLong;
  }

  /** True when the text has more characters than allowed. */
  get isTooLong(): boolean {
    return this.#length > this.#lengthMax;
  }

  /** Returns the text. */
  finish(): string {
    // A table of column names alone is still text.
    return this.#lines.length > 0 ? this.#lines.join("\n") : (this.#columns ?? []).join("; ");
  }
}

function columnNames(cells: readonly string[]): readonly string[] | null {
  const isHeader = cells.every((cell) => cell !== "" && Number.isNaN(Number(cell)));
  return isHeader && cells.length > 1 ? cells : null;
}

function describeRow(columns: readonly string[], cells: readonly string[]): string {
  const parts: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const column = columns[index];
    if (cell !== "") parts.push(column === undefined ? cell : `${column}: ${cell}`);
  }
  return parts.join("; ");
}
