import Papa from "papaparse";

import type { Converted } from "../../ingest-types.ts";
import { giveTurn } from "../../slices.ts";
import { countFilled, countWeighed, findHeader, isOtherTable } from "./find-header.ts";

/**
 * Converts a CSV table to text with one line for each row, "column: value; column: value", so that a row which search
 * finds alone can be understood. The names of the columns are found by `findHeader`; titles, comments and notes are
 * lines of their own, as many above the rows as `linesAbove` says. Returns null if the text would exceed `lengthMax` characters.
 */
export async function csvToText(text: string, lengthMax: number): Promise<Converted | null> {
  const declared = SEPARATOR.exec(text.slice(0, SEPARATOR_LENGTH_MAX));
  const start = declared?.[0].length ?? 0;
  const delimiter = declared?.[1] ?? guessDelimiter(text);
  const hasBackslashes = BACKSLASHED.test(text.slice(start, start + GUESSED_LENGTH));
  const table = new TableText(lengthMax, delimiter);
  for (let from = start; from < text.length;) {
    if (from > start) await giveTurn();
    const end = sliceEnd(text, from);
    const rows = joinQuotes(text.slice(from, end), delimiter);
    Papa.parse<string[]>(rows, {
      delimiter,
      ...(hasBackslashes ? { escapeChar: "\\" } : {}),
      step: ({ data }, parser) => {
        if (!table.add(data)) parser.abort();
      },
    });
    if (table.isTooLong) return null;
    from = end;
  }
  return table.finish();
}

/** A quotation mark that a backslash escapes: not one at the end of a cell, such as "C:\\". */
const BACKSLASHED = /\\"(?!\s*(?:[,;\t|\n]|$))/;

/** Removes the spaces between a delimiter and the quotation mark after it, which the parser would read as text. */
function joinQuotes(rows: string, delimiter: string): string {
  if (!rows.includes(`${delimiter} `)) return rows;
  return rows.replaceAll(SPACED_QUOTE, (found) => (found.endsWith(" ") ? found.trimEnd() : found));
}

/** A quoted cell, which is kept as it is, or a delimiter with the spaces before a quotation mark. */
const SPACED_QUOTE = /"(?:[^"]|"")*"|[,;|] +(?=")/g;

/** The line that names the delimiter to Excel. */
const SEPARATOR = /^\ufeff?"?sep=([^\n"])"?\n/i;
const SEPARATOR_LENGTH_MAX = 20;
/** Characters of whole rows from which the delimiter is guessed. The parser reads them once for each delimiter. */
const GUESSED_LENGTH = 20_000;

function guessDelimiter(text: string): string {
  const end = Math.min(sliceEnd(text, 0), GUESSED_LENGTH);
  const rowEnd = text.lastIndexOf("\n", end - 1) + 1;
  const sample = text.slice(0, rowEnd > 0 ? rowEnd : end);
  // Titles and comments above a table say nothing of its delimiter.
  const lines = sample.split("\n").filter((line) => /[,;\t|]/.test(line) && !line.startsWith("#"));
  const rows = sample.includes('"') || lines.length === 0 ? sample : lines.join("\n");
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
/** Maximum number of marks in a row, for the same reason. A sheet of Excel has 16,384 columns at most. */
const ROW_MARKS_MAX = 50_000;

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

/** Maximum number of rows, and of their cells, in which the names of the columns are looked for in one step. */
const SAMPLED_ROWS = 30;
const SAMPLED_CELLS = 50_000;
/** Empty rows and lines of text after which the columns of another table are looked for, in a file. */
const BREAKS_MAX = 1_000;
/** Cells that are weighed, in all of these places, to see whether they name columns. */
const WEIGHED_MAX = 100_000;

class TableText {
  readonly #lengthMax: number;
  readonly #delimiter: string;
  readonly #lines: string[] = [];
  #sampled: string[][] | null = [];
  #sampledCells = 0;
  /** The numbers of the sampled rows at which another table may begin. */
  #breaks: number[] = [];
  #breaksLeft = BREAKS_MAX;
  #weighedLeft = WEIGHED_MAX;
  #columns: readonly string[] | null = null;
  #length = 0;
  #rows = 0;
  #linesAbove = 0;

  constructor(lengthMax: number, delimiter: string) {
    this.#lengthMax = lengthMax;
    this.#delimiter = delimiter;
  }

  /** Adds a row. Returns false when the text is too long. */
  add(row: readonly string[]): boolean {
    const cells = row.map((cell) => cell.replaceAll(/\s+/g, " ").trim());
    const filled = countFilled(cells);
    // After an empty row or a line of text, another table may begin, with columns of its own.
    const isBreak = filled < 2 && cells.length !== this.#columns?.length;
    if (isBreak && !this.#sampled && this.#breaksLeft > 0) this.#sampled = [];
    if (isBreak && this.#sampled && this.#breaksLeft-- > 0) this.#breaks.push(this.#sampled.length);
    if (filled === 0) return true;
    if (this.#sampled) {
      this.#sampled.push(cells);
      this.#sampledCells += cells.length;
      if (this.#sampled.length >= SAMPLED_ROWS || this.#sampledCells >= SAMPLED_CELLS)
        this.#start(this.#sampled);
    } else {
      this.#addRow(cells);
    }
    return !this.isTooLong;
  }

  /** True when the text has more characters than allowed. */
  get isTooLong(): boolean {
    return this.#length > this.#lengthMax;
  }

  /** Returns the text. */
  finish(): Converted {
    if (this.#sampled) this.#start(this.#sampled);
    // A table of column names alone is still text.
    if (this.#columns && this.#rows === 0) this.#addLine(this.#columns.filter(Boolean).join("; "));
    return { text: this.#lines.join("\n"), linesAbove: this.#linesAbove, warnings: [] };
  }

  /** Writes the rows that were kept to find the names of the columns. */
  #start(sampled: readonly string[][]): void {
    const cuts = this.#breaks;
    this.#sampled = null;
    this.#sampledCells = 0;
    this.#breaks = [];
    let from = 0;
    for (const cut of [...cuts, sampled.length]) {
      const rows = sampled.slice(from, cut);
      const isTable = rows.some((row) => countFilled(row) > 1);
      if (cut < sampled.length && !(isTable && this.#isOther(sampled.slice(cut)))) continue;
      this.#startTable(rows);
      from = cut;
    }
  }

  #isOther(rows: readonly string[][]): boolean {
    if (this.#weighedLeft < 0) return false;
    this.#weighedLeft -= countWeighed(rows);
    return isOtherTable(findHeader(rows), this.#columns ?? []);
  }

  #startTable(sampled: readonly string[][]): void {
    const isFirst = this.#lines.length === 0 && this.#columns === null;
    const start = findHeader(sampled);
    const isNew = isFirst || isOtherTable(start, this.#columns ?? []);
    if (isNew) this.#columns = start.columns;
    // The delimiter is part of the sentence in a title or comment.
    for (const title of start.titles) this.#addLine(title.join(`${this.#delimiter} `));
    if (isFirst) this.#linesAbove = this.#lines.length;
    for (const row of isNew ? start.rows : sampled.slice(start.titles.length)) this.#addRow(row);
  }

  #addRow(cells: readonly string[]): void {
    const columns = this.#columns;
    if (columns && isSame(columns, cells)) return;
    this.#rows++;
    if (columns === null) this.#addLine(cells.filter(Boolean).join("; "));
    // A note below the table.
    else if (cells.length === 1 && columns.length > 1) this.#addLine(cells[0] ?? "");
    else this.#addLine(describeRow(columns, cells));
  }

  #addLine(line: string): void {
    if (line === "") return;
    this.#length += line.length + 1;
    this.#lines.push(line);
  }
}

/** Returns true if a row repeats the names of the columns, as joined files do. */
function isSame(columns: readonly string[], cells: readonly string[]): boolean {
  return columns.length === cells.length && columns.every((name, at) => name === cells[at]);
}

function describeRow(columns: readonly string[], cells: readonly string[]): string {
  const parts: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const column = columns[index] ?? "";
    if (cell !== "") parts.push(column === "" ? cell : `${column}: ${cell}`);
  }
  return parts.join("; ");
}
