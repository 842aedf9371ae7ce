import type { MarkdownWriter } from "../markdown/markdown-writer.ts";
import { isOn, type XmlAttributes } from "./xml/read-xml.ts";

type OpenTable = {
  hasHeaderLook: boolean;
  rows: number;
  isHeaderRow: boolean;
  isDeletedRow: boolean;
  columnsBefore: number;
  cell: { columns: number; continues: "above" | "before" | null } | null;
};

/** Bit of the old form of a table's look that gives its first row the look of a header. */
const FIRST_ROW = 0x20;

/** The open tables of a part of a Word document, outermost first. */
export class WordTables {
  readonly #open: OpenTable[] = [];

  /** True inside a row that was deleted with changes tracked. */
  get isDeleted(): boolean {
    return this.#open.some(({ isDeletedRow }) => isDeletedRow);
  }

  /** Reads an opening tag. Returns true if it belongs to the structure of tables. */
  open(writer: MarkdownWriter, name: string, attributes: XmlAttributes): boolean {
    if (name === "w:tbl") {
      this.#beginCell(writer);
      writer.openTable();
      this.#open.push({
        hasHeaderLook: false,
        rows: 0,
        isHeaderRow: false,
        isDeletedRow: false,
        columnsBefore: 0,
        cell: null,
      });
      return true;
    }
    const table = this.#open.at(-1);
    if (!table) return false;
    if (name === "w:p") this.#beginCell(writer);
    if (name === "w:tr") {
      writer.openRow();
      table.isHeaderRow = table.hasHeaderLook && table.rows === 0;
      table.isDeletedRow = false;
      table.columnsBefore = 0;
      table.rows++;
    } else if (name === "w:tc") {
      const columns = Math.min(table.columnsBefore, COLUMNS_BEFORE_MAX);
      if (columns > 0) writer.openCell({ kind: "data", columns });
      table.columnsBefore = 0;
      table.cell = { columns: 1, continues: null };
    } else return this.#readProperty(table, name, attributes);
    return true;
  }

  /** Reads a closing tag. */
  close(writer: MarkdownWriter, name: string): void {
    const table = this.#open.at(-1);
    if (!table) return;
    if (name === "w:tbl") {
      this.#open.pop();
      writer.closeTable();
    } else if (name === "w:tr") {
      table.isDeletedRow = false;
      writer.closeRow();
    } else if (name === "w:tcPr") this.#beginCell(writer);
  }

  #readProperty(table: OpenTable, name: string, attributes: XmlAttributes): boolean {
    const value = attributes.get("w:val") ?? "";
    if (name === "w:tblLook") {
      const bits = Number.parseInt(value, 16) || 0;
      table.hasHeaderLook = attributes.get("w:firstRow") === "1" || (bits & FIRST_ROW) !== 0;
    } else if (name === "w:tblHeader") table.isHeaderRow = isOn(attributes);
    else if (name === "w:gridBefore") table.columnsBefore = Number(value) || 0;
    else if (name === "w:gridSpan" && table.cell) table.cell.columns = Number(value) || 1;
    else if ((name === "w:vMerge" || name === "w:hMerge") && table.cell) {
      if (value !== "restart") table.cell.continues ??= name === "w:vMerge" ? "above" : "before";
    } else return false;
    return true;
  }

  #beginCell(writer: MarkdownWriter): void {
    const table = this.#open.at(-1);
    const cell = table?.cell;
    if (!table || !cell) return;
    table.cell = null;
    writer.openCell({
      kind: table.isHeaderRow ? "header" : "data",
      columns: cell.columns,
      ...(cell.continues && { continues: cell.continues }),
    });
  }

  /** Marks the open row as deleted. */
  deleteRow(): void {
    const table = this.#open.at(-1);
    if (table) table.isDeletedRow = true;
  }
}

const COLUMNS_BEFORE_MAX = 32;
