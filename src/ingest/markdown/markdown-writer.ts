/**
 * Builds Markdown text from calls for each piece of text and each start and end of an element; used by the converters
 * of documents. The marks of an element are written only when text follows, so elements without text leave no trace,
 * and the result is at most a small multiple of the length of its source.
 */
export class MarkdownWriter {
  readonly #lengthMax: number;
  readonly #parts: string[] = [];
  #part = "";
  #length = 0;
  #newlines = 0;
  #needsSpace = false;
  #prefix = "";
  /** Item numbers of the open lists, outermost first; -1 for a list with bullets. */
  readonly #lists: number[] = [];
  #listsUnseen = 0;
  #isHeading = false;
  #isCode = false;
  #tables = 0;
  /** Cells of the open row in the outermost table; -1 when no row is open. */
  #cells = -1;
  #cellIsEmpty = true;
  #headerCells = 0;
  #rows = 0;

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax;
  }

  /** Returns the finished Markdown; null if it is longer than the maximum that the constructor was given. */
  finish(): string | null {
    this.closeCode();
    if (this.#length > this.#lengthMax) return null;
    this.#parts.push(this.#part);
    return this.#parts.join("");
  }

  /** Adds text to the open element. White space becomes one space, except in code. */
  text(raw: string): void {
    if (this.#length > this.#lengthMax) return;
    if (this.#isCode) {
      this.#writeCode(raw);
      return;
    }
    const text = raw.replaceAll(SPACES, " ");
    const isBlank = text === " " || text === "";
    if (text.startsWith(" ")) this.#needsSpace = true;
    if (!isBlank) {
      this.#writeBreaks();
      this.#write(text.trim());
      this.#cellIsEmpty = false;
      this.#needsSpace = text.endsWith(" ");
    }
  }

  /** Makes the next text begin on a new line. */
  breakLine(): void {
    this.#break(1);
  }

  /** Makes the next text begin a new paragraph. */
  breakBlock(): void {
    this.#break(2);
  }

  /** Begins a heading of a level, 1 to 6. */
  openHeading(level: number): void {
    this.#break(2);
    // A row of a table cannot contain a heading.
    if (this.#cells >= 0 || this.#isCode) return;
    this.#isHeading = true;
    this.#prefix = `${"#".repeat(level)} `;
  }

  /** Ends the open heading. */
  closeHeading(): void {
    this.#isHeading = false;
    this.#break(2);
    if (this.#prefix.startsWith("#")) this.#prefix = "";
  }

  /** Begins a list, inside the open item if there is one. */
  openList(marks: "bullets" | "numbers"): void {
    this.#break(this.#lists.length > 0 ? 1 : 2);
    if (this.#lists.length < LISTS_MAX) this.#lists.push(marks === "numbers" ? 0 : -1);
    else this.#listsUnseen++;
  }

  /** Ends the innermost list. */
  closeList(): void {
    if (this.#listsUnseen > 0) this.#listsUnseen--;
    else this.#lists.pop();
    this.closeItem();
    this.#break(this.#lists.length > 0 ? 1 : 2);
  }

  /** Begins an item of the innermost list. */
  openItem(): void {
    this.#break(1);
    if (this.#cells >= 0 || this.#isHeading || this.#isCode) return;
    const level = Math.max(0, this.#lists.length - 1);
    const number = this.#lists[level] ?? -1;
    if (number >= 0) this.#lists[level] = number + 1;
    this.#prefix = `${"  ".repeat(level)}${number < 0 ? "-" : `${number + 1}.`} `;
  }

  /** Ends the open item. */
  closeItem(): void {
    // An item without text leaves no mark.
    if (this.#cells < 0 && !this.#isHeading) this.#prefix = "";
    this.#break(1);
  }

  /** Begins a block of code. */
  openCode(): void {
    if (this.#isCode || this.#cells >= 0) return;
    this.#break(2);
    this.#isCode = true;
    this.#isHeading = false;
    this.#codeIsEmpty = true;
  }

  /** Ends the open block of code, if there is one. */
  closeCode(): void {
    if (!this.#isCode) return;
    this.#isCode = false;
    if (!this.#codeIsEmpty) this.#write(this.#endsWithNewline ? "```" : "\n```");
    this.#break(2);
  }

  /** Begins a table. A table inside a cell of another is written as text. */
  openTable(): void {
    this.#tables++;
    this.#break(2);
    if (this.#tables === 1) this.#rows = 0;
  }

  /** Ends the innermost table. */
  closeTable(): void {
    if (this.#tables === 1) this.closeRow();
    this.#tables = Math.max(0, this.#tables - 1);
    this.#break(2);
  }

  /** Begins a row of the open table, and ends the row before it. */
  openRow(): void {
    if (this.#tables !== 1) {
      this.#break(1);
      return;
    }
    this.closeRow();
    this.#cells = 0;
    this.#headerCells = 0;
  }

  /** Begins a cell of the open row. */
  openCell(kind: "header" | "data"): void {
    if (this.#tables !== 1 || this.#cells < 0) {
      this.#needsSpace = true;
      return;
    }
    if (this.#cells === 0) {
      this.#newlines = Math.max(this.#newlines, this.#rows === 0 ? 2 : 1);
      this.#prefix = "| ";
    } else if (this.#prefix === "") {
      this.#write(this.#cellIsEmpty ? "| " : " | ");
    } else {
      this.#prefix += "| ";
    }
    this.#cells++;
    this.#cellIsEmpty = true;
    this.#needsSpace = false;
    if (kind === "header") this.#headerCells++;
  }

  /** Ends the open row, if there is one. A row without text is left out. */
  closeRow(): void {
    if (this.#cells < 0) return;
    // The prefix of a row without text was never written; such a row is left out.
    const isWritten = this.#cells > 0 && this.#prefix === "";
    if (isWritten) {
      this.#write(this.#cellIsEmpty ? "|" : " |");
      this.#rows++;
      if (this.#rows === 1 && this.#headerCells === this.#cells) {
        this.#write(`\n|${" --- |".repeat(Math.min(this.#cells, HEADER_CELLS_MAX))}`);
      }
    }
    this.#cells = -1;
    this.#prefix = "";
    this.#needsSpace = false;
    if (isWritten) this.#newlines = Math.max(this.#newlines, 1);
  }

  #codeIsEmpty = true;

  get #endsWithNewline(): boolean {
    return this.#part.endsWith("\n");
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
    // Headings and table rows are one line.
    if (this.#isHeading || this.#cells >= 0) this.#needsSpace = true;
    // Text after the mark of an item stays on its line.
    else if (this.#prefix === "") this.#newlines = Math.max(this.#newlines, newlines);
  }

  #writeBreaks(): void {
    if (this.#newlines > 0 && this.#length > 0) this.#write("\n".repeat(this.#newlines));
    else if (this.#needsSpace && this.#prefix === "" && this.#length > 0 && !this.#startsCell) {
      this.#write(" ");
    }
    this.#newlines = 0;
    this.#needsSpace = false;
    if (this.#prefix !== "") this.#write(this.#prefix);
    this.#prefix = "";
  }

  get #startsCell(): boolean {
    return this.#cells > 0 && this.#cellIsEmpty;
  }

  #write(text: string): void {
    this.#length += text.length;
    this.#part += text;
    if (this.#part.length < PART_LENGTH) return;
    // The last character stays in the part, since #endsWithNewline reads it.
    this.#parts.push(this.#part.slice(0, -1));
    this.#part = this.#part.slice(-1);
  }
}

/**
 * White space, also that of other widths than a space (U+00A0, U+2000 to U+200A, U+202F, U+3000, …), which separates
 * words and numbers from their units. Written as a space, so that searches find the words.
 */
const SPACES = /\s+/g;
/** Deeper lists are written like this level. */
const LISTS_MAX = 8;
const HEADER_CELLS_MAX = 64;
/** Text is collected in parts of this length, which keeps both the strings and their list short. */
const PART_LENGTH = 1 << 16;
