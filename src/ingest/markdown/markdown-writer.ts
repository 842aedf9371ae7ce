import type { LossCounter } from "../../knowledge/file-warnings.ts";
import { type CellPlace, type EndedRow, SpannedRows } from "./table-rows.ts";

/**
 * Builds Markdown text from calls for each piece of text and each start and end of an element; used by the converters
 * of documents. The marks of an element are written only when text follows, so elements without text leave no trace,
 * and the result is at most a small multiple of the length of its source.
 */
export class MarkdownWriter {
  readonly #lengthMax: number;
  readonly #losses: LossCounter;
  readonly #parts: string[] = [];
  #part = "";
  #length = 0;
  #newlines = 0;
  #needsSpace = false;
  #prefix = "";
  #isHeading = false;
  #isCode = false;
  #codeIsEmpty = true;
  /** Number of open tables. Only the outermost has rows; a table in a cell is written as text of the cell. */
  #tables = 0;
  #rows: SpannedRows | null = null;
  #isRow = false;
  #written: "nothing" | "header" | "data" = "nothing";
  #columns = 0;
  /** The number of an item in a cell or heading, which is written before the item's text. */
  #pendingLabel = "";

  constructor(lengthMax: number, losses: LossCounter) {
    this.#lengthMax = lengthMax;
    this.#losses = losses;
  }

  /** True when the text is longer than the maximum. */
  get isTooLong(): boolean {
    return this.#length > this.#lengthMax;
  }

  /** The last characters of the open part of the text, or of the open cell. */
  get tail(): string {
    if (this.#needsSpace) return "";
    // Line breaks before the open row are written with it.
    if (this.#inCell) return this.#rows?.tail ?? "";
    return this.#newlines > 0 || this.#prefix !== "" ? "" : this.#part.slice(-TAIL_LENGTH);
  }

  /** Returns the finished Markdown; null if it is longer than the maximum that the constructor was given. */
  finish(): string | null {
    this.closeCode();
    while (this.#tables > 0) this.closeTable();
    if (this.isTooLong) return null;
    this.#parts.push(this.#part);
    return this.#parts.join("");
  }

  /** Adds text to the open element. White space becomes one space, except in code. */
  text(raw: string): void {
    if (this.isTooLong) return;
    if (this.#isCode) return this.#writeCode(raw);
    const text = raw.replaceAll(SPACES, " ");
    const isBlank = text === " " || text === "";
    if (text.startsWith(" ")) this.#needsSpace = true;
    if (isBlank) return;
    this.#writeInline(text.trim());
    this.#needsSpace = text.endsWith(" ");
  }

  /** Adds Markdown as a block of its own; in a cell, as text. */
  insert(markdown: string): void {
    if (this.#isRow) return this.text(` ${markdown} `);
    this.breakBlock();
    this.#writeInline(markdown);
    this.breakBlock();
  }

  /** Makes the next text begin after a space, if there is text before it. */
  breakWord(): void {
    this.#needsSpace = true;
  }

  /** Makes the next text begin on a new line. */
  breakLine(): void {
    this.#break(1);
  }

  /** Makes the next text begin a new paragraph. */
  breakBlock(): void {
    this.#break(2);
  }

  /** Begins a heading of a level, 1 to 6. `label` is its number, which stands before its text. */
  openHeading(level: number, label = ""): void {
    this.#break(2);
    // A row of a table cannot contain a heading.
    if (this.#isRow || this.#isCode) return this.text(`${label} `);
    this.#isHeading = true;
    this.#prefix = `${"#".repeat(level)} ${label === "" ? "" : `${label} `}`;
  }

  /** Ends the open heading. */
  closeHeading(): void {
    this.#isHeading = false;
    this.#break(2);
    if (this.#prefix.startsWith("#")) this.#prefix = "";
  }

  /**
   * Begins an item of a list that is nested `level` levels deep. `label` is its number with the mark after it ("5.",
   * "b)"), "-" for a bullet, or "" for none.
   */
  openItem(level: number, label: string): void {
    this.#break(1);
    if (this.#isCode) return;
    if (this.#isRow || this.#isHeading) {
      // In a cell, bullets are no more than separators.
      if (label !== "-" && label !== "") this.#pendingLabel = `${label} `;
      return;
    }
    this.#prefix = `${"  ".repeat(Math.min(level, LEVELS_MAX))}${label === "" ? "" : `${label} `}`;
  }

  /** Ends the open item. */
  closeItem(): void {
    // An item without text leaves no mark.
    this.#pendingLabel = "";
    if (!this.#isRow && !this.#isHeading) this.#prefix = "";
    this.#break(1);
  }

  /** Begins a block of code. */
  openCode(): void {
    if (this.#isCode || this.#isRow) return;
    this.#break(2);
    this.#isCode = true;
    this.#isHeading = false;
    this.#codeIsEmpty = true;
  }

  /** Ends the open block of code, if there is one. */
  closeCode(): void {
    if (!this.#isCode) return;
    this.#isCode = false;
    if (!this.#codeIsEmpty) this.#write(this.#part.endsWith("\n") ? "```" : "\n```");
    this.#break(2);
  }

  /** Begins a table. A table inside a cell of another is written as text. */
  openTable(): void {
    this.#tables++;
    this.#break(2);
    if (this.#tables === 1) {
      this.#rows = new SpannedRows();
      this.#written = "nothing";
    } else if (this.#inCell) {
      this.#losses.add("tables_in_cells");
    }
  }

  /** Ends the innermost table. */
  closeTable(): void {
    if (this.#tables === 0) return;
    if (this.#tables === 1) {
      this.closeRow();
      for (const row of this.#rows?.takeFoot() ?? []) this.#writeRow(row);
      if (this.#written === "header") this.#writeRule();
      this.#losses.add("spans_cut", this.#rows?.cutSpans ?? 0);
      this.#rows = null;
    }
    this.#tables--;
    this.#break(2);
  }

  /** Begins a row of the open table, and ends the row before it. */
  openRow(): void {
    if (this.#tables !== 1) {
      this.#break(1);
      return;
    }
    this.closeRow();
    this.#isRow = true;
  }

  /** Begins a cell of the open row. */
  openCell(place: CellPlace): void {
    const isCell = this.#tables === 1 && this.#isRow;
    if (isCell) this.#rows?.openCell(place);
    this.#needsSpace = !isCell;
  }

  /** Ends the open row, if there is one. A row without text is left out. */
  closeRow(): void {
    if (!this.#isRow || !this.#rows || this.#tables !== 1) return;
    const row = this.#rows.closeRow();
    this.#isRow = false;
    this.#needsSpace = false;
    this.#prefix = "";
    if (row && !this.isTooLong) this.#writeRow(row);
  }

  #writeRow(row: EndedRow): void {
    // A row of one cell over the whole table is its title.
    if (row.isSpanned && this.#written === "nothing") {
      this.#break(2);
      this.#writeInline(row.cells[0] ?? "");
      this.#break(2);
      return;
    }
    const isHeader = row.isHeader && (row.cells.length > 1 || this.#written !== "data");
    this.#startRow(isHeader && !row.isSpanned ? "header" : "data", row.cells.length);
    this.#write(`|${row.cells.map((cell) => (cell === "" ? " |" : ` ${cell} |`)).join("")}`);
    this.#newlines = 1;
  }

  /** Writes what is between the last row and a row of a kind: nothing, the rule under a header, or a blank line. */
  #startRow(kind: "header" | "data", columns: number): void {
    if (this.#written === "header" && kind === "data") this.#writeRule();
    // Columns with new names begin a new table.
    const breaks = this.#written === "nothing" || (kind === "header" && this.#written === "data");
    this.#newlines = Math.max(this.#newlines, breaks ? 2 : 1);
    if (this.#length === 0) this.#newlines = 0;
    this.#writeBreaks();
    this.#written = kind;
    this.#columns = columns;
  }

  #writeRule(): void {
    this.#write(`\n|${" --- |".repeat(Math.min(this.#columns, HEADER_CELLS_MAX))}`);
    this.#written = "data";
  }

  get #inCell(): boolean {
    return this.#isRow && this.#rows !== null && this.#rows.hasCell;
  }

  #writeInline(text: string): void {
    if (this.#inCell && this.#rows) {
      const label = this.#pendingLabel;
      const space = (this.#needsSpace || label !== "") && !this.#rows.cellIsEmpty ? " " : "";
      this.#rows.write(`${space}${label}${text}`);
    } else {
      this.#writeBreaks();
      this.#write(`${this.#pendingLabel}${text}`);
    }
    this.#pendingLabel = "";
    this.#needsSpace = false;
  }

  #writeCode(raw: string): void {
    // A line break right after <pre> is not part of it.
    const text = this.#codeIsEmpty ? raw.replace(/^\r?\n/, "") : raw;
    if (text === "") return;
    if (this.#codeIsEmpty) {
      if (text.trim() === "") return;
      this.#writeBreaks();
      this.#write("```\n");
      this.#codeIsEmpty = false;
    }
    this.#write(text);
  }

  #break(newlines: number): void {
    if (this.#isCode) {
      if (newlines === 1 && !this.#codeIsEmpty) this.#write("\n");
      return;
    }
    // Headings and table rows are one line; text after the mark of an item stays on its line.
    if (this.#isHeading || this.#isRow) this.#needsSpace = true;
    else if (this.#prefix === "") this.#newlines = Math.max(this.#newlines, newlines);
  }

  #writeBreaks(): void {
    if (this.#newlines > 0 && this.#length > 0) this.#write("\n".repeat(this.#newlines));
    else if (this.#needsSpace && this.#prefix === "" && this.#length > 0) this.#write(" ");
    this.#newlines = 0;
    this.#needsSpace = false;
    if (this.#prefix !== "") this.#write(this.#prefix);
    this.#prefix = "";
  }

  #write(text: string): void {
    this.#length += text.length;
    this.#part += text;
    if (this.#part.length < PART_LENGTH) return;
    // The last characters stay in the part, since they are read again.
    this.#parts.push(this.#part.slice(0, -TAIL_LENGTH));
    this.#part = this.#part.slice(-TAIL_LENGTH);
  }
}

/**
 * White space, also that of other widths than a space (U+00A0, U+2000 to U+200A, U+202F, U+3000, …), which separates
 * words and numbers from their units. Written as a space, so that searches find the words.
 */
const SPACES = /\s+/g;
/** Deeper lists are written like this level. */
const LEVELS_MAX = 7;
const [HEADER_CELLS_MAX, TAIL_LENGTH] = [64, 8];
/** Reading the end of a part of the text costs in proportion to its length. */
const PART_LENGTH = 1 << 12;
