import type { TableMark } from "../../knowledge/chunk-places.ts";
import type { Block } from "./read-blocks.ts";

type OpenTable = {
  readonly table: string;
  readonly start: number;
  readonly end: number;
  /** The first row that a chunk may still begin in: its number, its start, and the position after its line. */
  row: number;
  rowStart: number;
  rowEnd: number;
};

/** A line with more letters, or one that ends as a sentence does, is no name of a table. */
const NAME_LENGTH_MAX = 120;
const SENTENCE_END = /[.!?…。！？]$/;

/** Finds the rows of tables that are in the chunks of a text. Sees the blocks of the text before the chunks with them. */
export class RowFinder {
  readonly #text: string;
  /** The lines above the rows of records. */
  #linesAbove: number;
  #open: OpenTable[] = [];
  #tables = 0;

  constructor(text: string, linesAbove: number) {
    this.#text = text;
    this.#linesAbove = linesAbove;
  }

  /** Sees the next block of the text. */
  see(block: Block): void {
    if (block.kind !== "table" && block.kind !== "records") return;
    const { start, end } = block;
    this.#tables++;
    let rowStart = this.#skipHeader(block);
    for (; this.#linesAbove > 0 && rowStart < end; this.#linesAbove--) {
      rowStart = this.#lineEnd(rowStart, end);
    }
    const table = this.#readName(block) || String(this.#tables);
    const rowEnd = this.#lineEnd(rowStart, end);
    this.#open.push({ table, start, end, row: 1, rowStart, rowEnd });
  }

  /** Lists the tables between two positions. `start` may not be before an earlier one. */
  listTables(start: number, end: number): TableMark[] {
    if (this.#open.length === 0) return [];
    const first = this.#open.findIndex((table) => table.end > start);
    this.#open.splice(0, first < 0 ? this.#open.length : first);
    const after = this.#open.findIndex((table) => table.start >= end);
    const touched = this.#open.slice(0, after < 0 ? this.#open.length : after);
    for (const table of touched) this.#skipRows(table, start);
    return touched.map((one) => ({
      table: one.table,
      start: one.start,
      row: one.row,
      rowStart: one.rowStart,
      end: Math.min(one.end, end),
    }));
  }

  #skipRows(table: OpenTable, start: number): void {
    while (table.rowEnd <= start && table.rowEnd < table.end) {
      table.row++;
      table.rowStart = table.rowEnd;
      table.rowEnd = this.#lineEnd(table.rowStart, table.end);
    }
  }

  /** Returns the position of the first row: below the header, and the rule under it. */
  #skipHeader({ start, end, table }: Block): number {
    const header = table?.header;
    return header ? this.#lineEnd(this.#lineEnd(header.end, end), end) : start;
  }

  #readName({ table }: Block): string {
    const caption = table?.caption;
    if (!caption || caption.end - caption.start > NAME_LENGTH_MAX) return "";
    const name = this.#text.slice(caption.start, caption.end).trim();
    return SENTENCE_END.test(name) ? "" : name.replace(/\s*[:：]$/, "");
  }

  /** The position after the line break of the line at `from`; `end` at most. */
  #lineEnd(from: number, end: number): number {
    const newline = this.#text.indexOf("\n", from);
    return newline < 0 || newline >= end ? end : newline + 1;
  }
}
