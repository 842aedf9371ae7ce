/** The place of a cell in its table: the kind of the cell, and the columns and rows over which it spans. */
export type CellPlace = {
  readonly kind: "header" | "data";
  /** Number of columns; 1 unless given. */
  readonly columns?: number;
  /** Number of rows; 0 for all further rows of the table, 1 unless given. */
  readonly rows?: number;
  /** Set for a cell that continues the cell above it or before it, as Word's merged cells do. */
  readonly continues?: "above" | "before";
  /** The number of the part of the table that its row is in; cells do not reach from one part into the next. */
  readonly group?: number;
  /** Set for cells of the foot, whose rows are the last. */
  readonly isInFoot?: true;
};

/** A row that ended: whether its cells are headers, and their texts. */
export type EndedRow = {
  readonly isHeader: boolean;
  readonly cells: readonly string[];
  /** Set if the row has one cell, which spans several columns. */
  readonly isSpanned: boolean;
};

/** A cell over more columns is cut, so that a table stays a small multiple of its source. */
const COLUMNS_MAX = 64;
/** A longer text is not repeated in the further columns and rows over which its cell spans, for the same reason. */
const REPEATED_LENGTH_MAX = 500;

const TAIL_LENGTH = 8;

type Carried = { readonly text: string; rowsLeft: number };

/**
 * The open row of a table, and the cells of earlier rows that reach into it. The text of a cell that spans over several
 * columns or rows is repeated in each of them, so that a row can be understood alone and its columns match the header.
 */
export class SpannedRows {
  /** The number of cells that span over more columns than are kept. */
  cutSpans = 0;
  /** The texts of the cells by column that reach into the rows after the open one. */
  #carried: (Carried | undefined)[] = [];
  /** The cells of the last row, for those that continue them. */
  #above: readonly string[] = [];
  #cells: string[] = [];
  #headers = 0;
  #own = 0;
  #isSpanned = false;
  #isInFoot = false;
  #group = 0;
  #foot: EndedRow[] = [];
  #place: CellPlace | null = null;
  #text = "";
  #tail = "";

  /** True while a cell is open. */
  get hasCell(): boolean {
    return this.#place !== null;
  }

  /** True if the open cell has no text yet. */
  get cellIsEmpty(): boolean {
    return this.#text === "";
  }

  /** The last characters of the open cell. */
  get tail(): string {
    return this.#tail;
  }

  /** Adds text to the open cell. */
  write(text: string): void {
    // A bar would end the cell.
    const written = text.includes("|") ? text.replaceAll("|", "\\|") : text;
    this.#text += written;
    // The text itself would be copied each time that its end is read.
    this.#tail = (this.#tail + written.slice(-TAIL_LENGTH)).slice(-TAIL_LENGTH);
  }

  /** Begins a cell, and ends the one before it. */
  openCell(place: CellPlace): void {
    this.#closeCell();
    const { group = 0 } = place;
    if (group !== this.#group) this.#carried = [];
    this.#group = group;
    this.#isInFoot = place.isInFoot ?? false;
    this.#place = place;
    this.#text = "";
    this.#tail = "";
  }

  /** Ends the row. Returns its cells; null if none of them has text, or if it is of the foot. */
  closeRow(): EndedRow | null {
    this.#closeCell();
    this.#takeCarried();
    const last = this.#carried.findLastIndex((carried) => carried !== undefined);
    while (this.#cells.length <= last) {
      this.#cells.push("");
      this.#takeCarried();
    }
    const cells = this.#cells;
    const isHeader = this.#own > 0 && this.#headers === this.#own;
    const isSpanned = this.#isSpanned && this.#own === 1;
    if (this.#own > 0) this.#above = cells;
    this.#cells = [];
    this.#headers = 0;
    this.#own = 0;
    this.#isSpanned = false;
    if (!cells.some((cell) => cell !== "")) return null;
    const row = { isHeader, cells, isSpanned };
    if (!this.#isInFoot) return row;
    this.#foot.push(row);
    return null;
  }

  /** Returns the rows of the foot, which pages may have before those of the body. */
  takeFoot(): readonly EndedRow[] {
    return this.#foot.splice(0);
  }

  #closeCell(): void {
    const place = this.#place;
    if (!place) return;
    this.#place = null;
    this.#takeCarried();
    const { kind, columns = 1, rows = 1, continues } = place;
    const text = continues ? this.#textOfMerged(continues) : this.#text.trimEnd();
    if (columns > COLUMNS_MAX) this.cutSpans++;
    const width = Math.max(1, Math.min(columns, COLUMNS_MAX));
    const repeated = text.length <= REPEATED_LENGTH_MAX ? text : "";
    const rowsLeft = rows === 0 ? Number.POSITIVE_INFINITY : rows - 1;
    for (let column = 0; column < width; column++) {
      if (rowsLeft > 0 && this.#cells.length < COLUMNS_MAX) {
        this.#carried[this.#cells.length] = { text: repeated, rowsLeft };
      }
      this.#cells.push(column === 0 ? text : repeated);
    }
    this.#own++;
    this.#isSpanned ||= width > 1;
    if (kind === "header") this.#headers++;
  }

  #textOfMerged(at: "above" | "before"): string {
    const column = this.#cells.length;
    const text = (at === "above" ? this.#above[column] : this.#cells[column - 1]) ?? "";
    return text.length <= REPEATED_LENGTH_MAX ? text : "";
  }

  /** Adds the cells of earlier rows that stand at the next columns. */
  #takeCarried(): void {
    for (;;) {
      const column = this.#cells.length;
      const carried = this.#carried[column];
      if (!carried) return;
      if (--carried.rowsLeft === 0) this.#carried[column] = undefined;
      this.#cells.push(carried.text);
    }
  }
}
