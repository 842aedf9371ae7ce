import { JSON_DEPTH_MAX } from "../../bounds.ts";

/** A value of JSON without parts. */
export type Scalar = string | number | boolean | null;

/** Thrown when a text is not the beginning of any value that is expected. The message completes "since …". */
export class NotExpected extends Error {
  override readonly name = "NotExpected";
}

/** Receives the parts of a JSON value in their order. Each method throws `NotExpected` for a part that must not be. */
export type JsonVisitor = {
  /** An object begins. */
  beginObject(): void;
  /** The innermost container, an object, ends. */
  endObject(): void;
  /** A list begins. */
  beginArray(): void;
  /** The innermost container, a list, ends. */
  endArray(): void;
  /** The name of a member, before the member's value. */
  key(name: string): void;
  /**
   * A text begins. Returns true if it is good whatever its characters, so that they are settled before it ends.
   */
  beginText(): boolean;
  /** A whole text, number or boolean, or null. */
  scalar(value: Scalar): void;
};

/** The message of `NotExpected` for a text that is not the beginning of any JSON. */
const NOT_JSON = "they are not JSON";
/** The message of `NotExpected` for a value that takes too much work. */
export const TOO_MUCH_WORK = "they are too large for their schema";

type Expected = "value" | "first item" | "key" | "first key" | "colon" | "next" | "end";

/** Characters of a text that stand for themselves: all but quotes, backslashes and control characters. */
const PLAIN = /[ !#-[\]-\uffff]+/y;
/** Characters of numbers, `true`, `false` and `null`. */
const WORD = /[-+.\w]+/y;
const SPACE = /[ \t\n\r]+/y;
const HIGH_SURROGATE_AT_END = /[\ud800-\udbff]$/;
const ESCAPE = /^(?:["\\/bfnrt]|u[\da-fA-F]{4})$/;
const ESCAPE_START = /^u[\da-fA-F]{0,3}$/;

/**
 * Reads a JSON value that arrives in pieces, and passes its parts to a visitor. Text between the parts, and the parts of
 * an unfinished one, are not kept longer than needed, so a value costs time in proportion to its length however it is
 * split.
 */
export class JsonReader {
  readonly #visitor: JsonVisitor;
  /** The containers that are open, outermost first. */
  readonly #open: ("{" | "[")[] = [];
  #expected: Expected = "value";
  #token: "text" | "word" | null = null;
  /** The source of the unfinished text or word. */
  #raw = "";
  #isKey = false;
  #isFree = false;
  /** The unfinished escape of a text, without its backslash; null outside of one. */
  #escape: string | null = null;
  #piece = "";
  #at = 0;
  #settled: number | null = null;

  constructor(visitor: JsonVisitor) {
    this.#visitor = visitor;
  }

  /** True once the value is whole. Only space may follow it. */
  get isWhole(): boolean {
    return this.#expected === "end";
  }

  /**
   * Reads a piece. Returns the number of its characters up to the last place that is settled: the end of a value in a
   * container, or any place in a text that is good whatever its characters. Null if there is none. The end of the whole
   * value is no such place, since something may follow that is not JSON. Throws `NotExpected`.
   */
  read(piece: string): number | null {
    this.#piece = piece;
    this.#at = 0;
    this.#settled = null;
    while (this.#at < piece.length) {
      if (this.#token === "text") this.#readText();
      else if (this.#token === "word") this.#readWord();
      else this.#readMark();
    }
    return this.#settled;
  }

  /** Reads the end. Throws `NotExpected` if the value is not whole. */
  end(): void {
    if (this.#token === "word") this.#endWord();
    if (!this.isWhole) throw new NotExpected(NOT_JSON);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#piece)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #readMark(): void {
    if (this.#match(SPACE) !== "") return;
    const mark = this.#piece.charAt(this.#at);
    switch (mark) {
      case "{":
      case "[":
        this.#begin(mark);
        break;
      case "}":
        this.#end("{", "first key");
        break;
      case "]":
        this.#end("[", "first item");
        break;
      case ",":
        this.#expect("next");
        this.#expected = this.#open.at(-1) === "{" ? "key" : "value";
        break;
      case ":":
        this.#expect("colon");
        this.#expected = "value";
        break;
      case '"':
        this.#beginText();
        break;
      default:
        this.#beginWord();
        return;
    }
    this.#at += 1;
  }

  #expect(...expected: readonly Expected[]): void {
    if (!expected.includes(this.#expected)) throw new NotExpected(NOT_JSON);
  }

  #begin(mark: "{" | "["): void {
    this.#expect("value", "first item");
    if (this.#open.length >= JSON_DEPTH_MAX) throw new NotExpected(TOO_MUCH_WORK);
    this.#open.push(mark);
    if (mark === "{") this.#visitor.beginObject();
    else this.#visitor.beginArray();
    this.#expected = mark === "{" ? "first key" : "first item";
  }

  #end(mark: "{" | "[", empty: Expected): void {
    this.#expect("next", empty);
    if (this.#open.at(-1) !== mark) throw new NotExpected(NOT_JSON);
    if (mark === "{") this.#visitor.endObject();
    else this.#visitor.endArray();
    this.#open.pop();
    this.#endValue(this.#at + 1);
  }

  #endValue(end: number): void {
    this.#expected = this.#open.length === 0 ? "end" : "next";
    if (!this.isWhole) this.#settled = end;
  }

  #beginText(): void {
    this.#isKey = this.#expected === "key" || this.#expected === "first key";
    if (!this.#isKey) this.#expect("value", "first item");
    this.#isFree = !this.#isKey && this.#visitor.beginText();
    this.#token = "text";
    this.#raw = '"';
  }

  #readText(): void {
    if (this.#escape !== null) return this.#readEscape(this.#escape);
    const plain = this.#match(PLAIN);
    this.#raw += plain;
    if (plain !== "") {
      // Half of a character waits for the other half.
      const half = HIGH_SURROGATE_AT_END.test(plain) ? 1 : 0;
      if (this.#isFree && plain.length > half) this.#settled = this.#at - half;
      return;
    }
    const mark = this.#piece.charAt(this.#at);
    this.#at += 1;
    this.#raw += mark;
    if (mark === "\\") this.#escape = "";
    else if (mark === '"') this.#endText();
    else throw new NotExpected(NOT_JSON);
  }

  #readEscape(before: string): void {
    const mark = this.#piece.charAt(this.#at);
    const escape = before + mark;
    const isWhole = ESCAPE.test(escape);
    if (!isWhole && !ESCAPE_START.test(escape)) throw new NotExpected(NOT_JSON);
    this.#at += 1;
    this.#raw += mark;
    this.#escape = isWhole ? null : escape;
    if (isWhole && this.#isFree) this.#settled = this.#at;
  }

  #endText(): void {
    const text: string = JSON.parse(this.#raw);
    this.#token = null;
    if (this.#isKey) {
      this.#visitor.key(text);
      this.#expected = "colon";
    } else {
      this.#visitor.scalar(text);
      this.#endValue(this.#at);
    }
  }

  #beginWord(): void {
    this.#expect("value", "first item");
    this.#token = "word";
    this.#raw = "";
    this.#readWord();
    if (this.#raw === "") throw new NotExpected(NOT_JSON);
  }

  #readWord(): void {
    this.#raw += this.#match(WORD);
    if (this.#at < this.#piece.length && this.#raw !== "") this.#endWord();
  }

  #endWord(): void {
    this.#token = null;
    this.#visitor.scalar(parseWord(this.#raw));
    this.#endValue(this.#at);
  }
}

function parseWord(word: string): Scalar {
  try {
    const value: Scalar = JSON.parse(word);
    return value;
  } catch {
    throw new NotExpected(NOT_JSON);
  }
}
