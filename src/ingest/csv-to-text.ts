import Papa from "papaparse";

import { giveTurn } from "./slices.ts";

/**
 * Converts a CSV table to text with one line for each row, "column: value; column: value", so that a row which search
 * finds alone can be understood. If the first row contains a number or an empty cell, it is data, and the table has no
 * column names. Returns null if the text would exceed `lengthMax` characters.
 */
export async function csvToText(text: string, lengthMax: number): Promise<string | null> {
  const table = new TableText(lengthMax);
  let delimiter: string | undefined;
  for (let from = 0; from < text.length;) {
    if (from > 0) await giveTurn();
    const end = sliceEnd(text, from);
    Papa.parse<string[]>(text.slice(from, end), {
      skipEmptyLines: "greedy",
      ...(delimiter !== undefined && { delimiter }),
      step: ({ data, meta }, parser) => {
        delimiter ??= meta.delimiter;
        if (!table.add(data)) parser.abort();
      },
    });
    if (table.isTooLong) return null;
    from = end;
  }
  return table.finish();
}

/**
 * Characters that are parsed in 10 to 30 ms. The parser's own pause splits all remaining text into rows each time, with
 * which seven million rows took minutes.
 */
const CHARACTERS_A_SLICE = 100_000;

/** A row is cut here. The parser cannot yield within a row: 20 million quotation marks took 5 s. */
const ROW_LENGTH_MAX = 1_000_000;

/** Finds the end of a row: the number of quotation marks before it is even outside of quoted cells. */
function sliceEnd(text: string, from: number): number {
  let isQuoted = false;
  for (let at = from, until = from + CHARACTERS_A_SLICE; ; until = at) {
    const newline = text.indexOf("\n", until);
    const end = newline < 0 ? text.length : newline + 1;
    // A search in the whole text would go to its end each time if there are no quotation marks.
    const looked = text.slice(at, end);
    for (let quote = looked.indexOf('"'); quote >= 0; quote = looked.indexOf('"', quote + 1)) {
      isQuoted = !isQuoted;
    }
    if (end - from > ROW_LENGTH_MAX) return from + ROW_LENGTH_MAX;
    if (!isQuoted || end >= text.length) return end;
    at = end;
  }
}

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
