import type { Span } from "../text/sentences.ts";

/**
 * The context of a block of rows or members. For the rows of a table: the line before it, and its first rows, which name
 * the columns. For the members of an object: the first member of their array element, and their own first.
 */
export type TableContext = { readonly caption: Span | null; readonly header: Span | null };

/** Length of the start of a line that says where its member is. */
const LINE_PREFIX = 240;
/** A longer first member is not repeated. */
const FIRST_LENGTH_MAX = 200;
/** The element of the outermost array that a member is in: "orders[3]". */
const ELEMENT = /^[^\]:]*\[\d+\]/;
/** A record, which can be understood without those before it. */
const RECORD = /^line \d+: /;

/** Finds the members that say which object a block of members is about, in the order of the blocks of a text. */
export class MemberContext {
  #element = "";
  /** The first member of the element. */
  #first: Span | null = null;

  /** Returns the first member of the outermost array element that a block is in, and the block's own first member. */
  readContext(text: string, start: number, end: number): TableContext | null {
    const prefix = text.slice(start, Math.min(end, start + LINE_PREFIX));
    if (RECORD.test(prefix)) return null;
    const newline = prefix.indexOf("\n");
    const length = newline < 0 ? prefix.length : newline;
    const own = length <= FIRST_LENGTH_MAX ? { start, end: start + length } : null;
    const element = ELEMENT.exec(prefix)?.[0] ?? "";
    if (element !== "" && element === this.#element) return { caption: this.#first, header: own };
    this.#element = element;
    this.#first = own;
    return { caption: null, header: own };
  }
}
