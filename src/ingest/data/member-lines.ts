import { TextBatches } from "./text-batches.ts";

const BREAK = /\s{2,}|[^\S ]/;

/** Replaces line breaks and runs of white space by one space, so that a value stays on its line. */
export function joinLine(text: string): string {
  // A text in which many matches are replaced is kept as a tree of strings, of 30 times its size.
  return BREAK.test(text) ? text.split(BREAK).join(" ") : text;
}

/**
 * The text of structured data: a line for each member, with its path ("plans[2].price: 99"), or a line for each record,
 * with its number ("line 3: name: Ada; age: 36"). Blank lines separate the elements of arrays.
 */
export class MemberLines {
  readonly #lengthMax: number;
  readonly #text = new TextBatches();
  /** The record of a line while it is read. */
  #record: TextBatches | null = null;
  /** The text before the next member. */
  #before = "";

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax;
  }

  /** True when the text has more characters than allowed. */
  get isTooLong(): boolean {
    return this.#text.length + (this.#record?.length ?? 0) > this.#lengthMax;
  }

  /** Adds a member: a line of its own, or a part of the open record. A value without a path stands alone. */
  add(path: string, value: string): void {
    this.addText(path === "" ? value : `${path}: ${value}`);
  }

  /** Adds a text in the place of a member. */
  addText(text: string): void {
    if (this.#record) {
      this.#record.add(this.#record.length === 0 ? text : `; ${text}`);
      return;
    }
    this.#text.add(this.#before + text);
    this.#before = "\n";
  }

  /** Separates the next member from the one before it by a blank line. Records stay on one line. */
  separate(): void {
    if (!this.#record && this.#before !== "") this.#before = "\n\n";
  }

  /** Begins the record of a line. */
  beginRecord(): void {
    this.#record = new TextBatches();
  }

  /** Ends the open record and adds it with the number of its line. */
  endRecord(number: number): void {
    const text = this.dropRecord();
    this.add(`line ${number}`, text);
  }

  /** Ends the open record and leaves it out. Returns its text. */
  dropRecord(): string {
    const text = this.#record?.finish() ?? "";
    this.#record = null;
    return text;
  }

  /** Returns the text. */
  finish(): string {
    return this.#text.finish();
  }
}
