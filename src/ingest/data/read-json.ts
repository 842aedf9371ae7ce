import type { Sliced } from "../slices.ts";
import { appendPath } from "../text/append-path.ts";
import { findFlatArray, type FlatArray } from "./flat-arrays.ts";
import { decodeString, findStringEnd, writeComment } from "./json-strings.ts";
import type { MemberLines } from "./member-lines.ts";

/** An open object or array: its path, and the number of its values so far. */
type Frame = { readonly kind: "object" | "array"; readonly path: string; values: number };

/** The tokens that may follow: a value, a name, a colon, or a comma or the end of an object or array. */
type Expected = "value" | "name" | "colon" | "next";

/** The tokens with which a member of an object or array begins. */
const MEMBERS = { object: "name", array: "value" } as const;
/** Tokens that are read in about 10 ms. `TOKEN_LENGTH` characters of a text count as one more. */
const TOKENS_A_SLICE = 10_000;
const TOKEN_LENGTH = 50;
/** JSON that is nested deeper is not read by its members. */
const DEPTH_MAX = 10_000;
/** A mark, a comment (which JSON does not have, but settings do), or a number or word. */
const TOKEN = /\s*(?:([[\]{},:"])|(\/\/[^\n]*|\/\*[^]*?\*\/)|([^\s[\]{},:"/][^\s[\]{},:"]*))/y;
const LITERAL = /^(?:-?\d[\d.eE+-]*|true|false|null|NaN|-?Infinity)$/;

/**
 * Reads one JSON value and adds its members to `lines`, without parsing it into memory. Comments and trailing commas are
 * accepted. Returns false if the text is not valid JSON, or nested too deep. Stops when the lines are too long.
 */
export function readJson(json: string, lines: MemberLines): Sliced<boolean> {
  return new JsonReader(json, lines).read();
}

class JsonReader {
  readonly #json: string;
  readonly #lines: MemberLines;
  readonly #token = new RegExp(TOKEN);
  readonly #frames: Frame[] = [];
  #expected: Expected = "value";
  /** The path of the value that is read next. */
  #path = "";
  /** The array that is being written on one line. */
  #flat: FlatArray | null = null;

  constructor(json: string, lines: MemberLines) {
    this.#json = json;
    this.#lines = lines;
  }

  /** Reads the text. Returns false if it is not valid. */
  *read(): Sliced<boolean> {
    const pattern = this.#token;
    let work = 0;
    for (;;) {
      const at = pattern.lastIndex;
      const match = pattern.exec(this.#json);
      if (!match) return this.#isComplete && this.#json.slice(at).trim() === "";
      const [, mark, comment, literal] = match;
      if (comment !== undefined) this.#lines.addText(yield* writeComment(comment));
      else if (literal !== undefined) {
        if (this.#expected !== "value" || !LITERAL.test(literal)) return false;
        this.#scalar(literal);
      } else if (!(yield* this.#mark(mark ?? ""))) return false;
      if (this.#lines.isTooLong) return true;
      work += 1 + (pattern.lastIndex - at) / TOKEN_LENGTH;
      if (work < TOKENS_A_SLICE) continue;
      work = 0;
      yield;
    }
  }

  get #isComplete(): boolean {
    return this.#expected === "next" && this.#frames.length === 0;
  }

  *#mark(mark: string): Sliced<boolean> {
    if (mark === '"') return yield* this.#string();
    if (mark === "{" || mark === "[") return yield* this.#open(mark === "{" ? "object" : "array");
    if (mark === "}" || mark === "]") return this.#close(mark === "}" ? "object" : "array");
    if (mark === ":") {
      if (this.#expected !== "colon") return false;
      this.#expected = "value";
      return true;
    }
    const frame = this.#frames.at(-1);
    if (this.#expected !== "next" || !frame) return false;
    this.#expectIn(frame);
    return true;
  }

  *#string(): Sliced<boolean> {
    const start = this.#token.lastIndex;
    if (this.#expected !== "value" && this.#expected !== "name") return false;
    const end = yield* findStringEnd(this.#json, start);
    if (end < 0) return false;
    this.#token.lastIndex = end;
    const text = yield* decodeString(this.#json, start, end - 1);
    if (this.#expected === "name") {
      this.#path = appendPath(this.#frames.at(-1)?.path ?? "", text === "" ? '""' : text);
      this.#expected = "colon";
    } else this.#scalar(text === "" ? '""' : text);
    return true;
  }

  #scalar(text: string): void {
    if (this.#flat) this.#flat.add(text);
    else this.#lines.add(this.#path, text);
    this.#endValue();
  }

  *#open(kind: Frame["kind"]): Sliced<boolean> {
    if (this.#expected !== "value" || this.#frames.length >= DEPTH_MAX) return false;
    if (this.#flat) this.#flat.open();
    else {
      if (kind === "array") {
        this.#flat = yield* findFlatArray(this.#json, this.#token.lastIndex, this.#frames.length);
      }
      if (!this.#flat) this.#separateElement();
    }
    const frame = { kind, path: this.#path, values: 0 };
    this.#frames.push(frame);
    this.#expectIn(frame);
    return true;
  }

  #close(kind: Frame["kind"]): boolean {
    const frame = this.#frames.pop();
    // A comma may be before the end.
    const mayEnd = this.#expected === "next" || this.#expected === MEMBERS[kind];
    if (frame?.kind !== kind || !mayEnd) return false;
    const flat = this.#flat;
    if (flat && flat.depth < this.#frames.length) flat.close();
    else if (flat) {
      this.#lines.add(frame.path, flat.finish());
      this.#flat = null;
    } else {
      if (frame.values === 0) this.#lines.add(frame.path, "{}");
      this.#separateElement();
    }
    this.#endValue();
    return true;
  }

  #separateElement(): void {
    if (this.#frames.at(-1)?.kind === "array") this.#lines.separate();
  }

  #endValue(): void {
    const frame = this.#frames.at(-1);
    if (frame) frame.values++;
    this.#expected = "next";
  }

  /** Expects the next value of an array, or the next name of an object. */
  #expectIn({ kind, path, values }: Frame): void {
    this.#expected = MEMBERS[kind];
    if (kind === "array" && !this.#flat) this.#path = appendPath(path, `[${values}]`);
  }
}
