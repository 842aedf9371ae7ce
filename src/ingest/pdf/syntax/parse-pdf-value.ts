import { finishNow, type Sliced } from "../../slices.ts";
import { decodeHexDigits } from "./hex.ts";
import { toLatin, unescapeText } from "./text-bytes.ts";

/** A name in a PDF file, such as `/Type`, without the slash. */
export type PdfName = { readonly name: string };
/** A reference in a PDF file to an object by its number, such as `12 0 R`. */
export type PdfRef = { readonly ref: number };
/** A string in a PDF file, as bytes. */
export type PdfText = { readonly text: Uint8Array };
/** A dictionary in a PDF file: values by name. */
export type PdfDict = ReadonlyMap<string, PdfValue>;
/** A value in a PDF file. Keywords other than `true` and `false` are null. */
export type PdfValue =
  | number
  | boolean
  | null
  | PdfName
  | PdfRef
  | PdfText
  | PdfDict
  | readonly PdfValue[];

/** Tests whether a value is a dictionary. */
export const isDict = (value: PdfValue | undefined): value is PdfDict => value instanceof Map;
/** Tests whether a value is an array. */
export const isArray = (value: PdfValue | undefined): value is readonly PdfValue[] =>
  Array.isArray(value);
/** Returns the object number of a reference; null for any other value. */
export const readRef = (value: PdfValue | undefined): number | null =>
  typeof value === "object" && value !== null && "ref" in value ? value.ref : null;
/** Returns the text of a name; null for any other value. */
export const readName = (value: PdfValue | undefined): string | null =>
  typeof value === "object" && value !== null && "name" in value ? value.name : null;

/** A value that is deeper than this is not parsed. */
const DEPTH_MAX = 100;
/** Bytes that are parsed in about 10 ms. */
const BYTES_A_SLICE = 100_000;

class Keyword {
  readonly word: string;

  constructor(word: string) {
    this.word = word;
  }
}

type Token = number | PdfName | PdfText | Keyword | null;

/** Tests whether a token opens an array or a dictionary. */
const opensMore = (token: Token): token is Keyword =>
  token instanceof Keyword && (token.word === "[" || token.word === "<<");

/** Thrown where a value in a PDF file cannot be parsed: its end is missing, or it is nested too deeply. */
export class PdfSyntaxError extends Error {}

/**
 * Parses values of a PDF file. It tolerates the same errors as the PDF library, so that both see the same dictionaries.
 * `onDict` is called with every dictionary, inner ones first.
 */
export class PdfParser {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #onDict: (dict: PdfDict) => void;
  position: number;
  #depth = 0;
  #slice: number;

  constructor(
    bytes: Uint8Array,
    start: number,
    end = bytes.length,
    onDict: (dict: PdfDict) => void = () => {},
  ) {
    this.#bytes = bytes;
    this.#end = end;
    this.#onDict = onDict;
    this.position = start;
    this.#slice = start;
  }

  /** Reads the next value; null for a keyword. Throws `PdfSyntaxError` if the value cannot be parsed. */
  readValue(): PdfValue {
    return this.#toValue(this.#readToken());
  }

  /** Reads the next value as `readValue` does, and pauses inside arrays and dictionaries. */
  *readInSlices(): Sliced<PdfValue> {
    return yield* this.#toValueInSlices(this.#readToken());
  }

  /** Reads the keyword `word` if it comes next. Returns true if it does. */
  skipKeyword(word: string): boolean {
    const start = this.position;
    const token = this.#readToken();
    if (token instanceof Keyword && token.word === word) return true;
    this.position = start;
    return false;
  }

  /**
   * Reads the next keyword or value; undefined at the end of the bytes. Throws `PdfSyntaxError` if a value cannot be
   * parsed.
   */
  readItem(): PdfValue | { readonly keyword: string } | undefined {
    const token = this.#readToken();
    if (token === null) return undefined;
    if (token instanceof Keyword && token.word !== "[" && token.word !== "<<") {
      return { keyword: token.word };
    }
    return this.#toValue(token);
  }

  #toValue(token: Token): PdfValue {
    return opensMore(token) ? finishNow(this.#toValueInSlices(token)) : this.#toSimple(token);
  }

  #toSimple(token: Token): PdfValue {
    if (token === null) throw new PdfSyntaxError("The value has no end");
    if (typeof token === "number") return this.#readRefAfter(token) ?? token;
    if (!(token instanceof Keyword)) return token;
    return token.word === "true" || (token.word === "false" ? false : null);
  }

  *#toValueInSlices(token: Token): Sliced<PdfValue> {
    if (!opensMore(token)) return this.#toSimple(token);
    if (++this.#depth > DEPTH_MAX) throw new PdfSyntaxError("The value nests too deep");
    const value = yield* token.word === "[" ? this.#readArray() : this.#readDict();
    this.#depth--;
    return value;
  }

  *#readArray(): Sliced<PdfValue[]> {
    const values: PdfValue[] = [];
    for (;;) {
      if (this.#needsTurn()) yield;
      const token = this.#readToken();
      if (token instanceof Keyword && token.word === "]") return values;
      values.push(opensMore(token) ? yield* this.#toValueInSlices(token) : this.#toSimple(token));
    }
  }

  *#readDict(): Sliced<PdfDict> {
    const dict = new Map<string, PdfValue>();
    for (;;) {
      if (this.#needsTurn()) yield;
      const key = this.#readToken();
      if (key === null) throw new PdfSyntaxError("The dictionary has no end");
      if (key instanceof Keyword && key.word === ">>") break;
      // The library skips what is no key, token by token.
      const name = typeof key === "number" || key instanceof Keyword ? null : readName(key);
      if (name === null) continue;
      const token = this.#readToken();
      const value = opensMore(token) ? yield* this.#toValueInSlices(token) : this.#toSimple(token);
      dict.set(name, value);
    }
    this.#onDict(dict);
    return dict;
  }

  /** Returns true once for each slice of bytes. */
  #needsTurn(): boolean {
    if (this.position - this.#slice < BYTES_A_SLICE) return false;
    this.#slice = this.position;
    return true;
  }

  /** A number may start a reference: two numbers and `R`. */
  #readRefAfter(number: number): PdfRef | null {
    if (!Number.isInteger(number)) return null;
    const start = this.position;
    const first = this.#bytes[this.#skipSpace()] ?? 0;
    if (first >= ZERO && first <= NINE && Number.isInteger(this.#readToken())) {
      if (this.#bytes[this.#skipSpace()] === CAPITAL_R) {
        const word = this.#readToken();
        if (word instanceof Keyword && word.word === "R") return { ref: number };
      }
    }
    this.position = start;
    return null;
  }

  /** Null at the end. */
  #readToken(): Token {
    const at = this.#skipSpace();
    if (at >= this.#end) return null;
    const byte = this.#bytes[at] ?? 0;
    if ((byte >= ZERO && byte <= NINE) || byte === PLUS || byte === MINUS || byte === POINT) {
      return this.#readNumber();
    }
    if (byte === SLASH) return this.#readName();
    if (byte === OPEN) return this.#readText();
    if (byte === LESS && this.#bytes[at + 1] !== LESS) return this.#readHex();
    if (byte === CLOSE) throw new PdfSyntaxError("A parenthesis is closed that is not open");
    if (byte === LESS || (byte === GREATER && this.#bytes[at + 1] === GREATER)) {
      this.position = at + 2;
      return byte === LESS ? OPENS_DICT : CLOSES_DICT;
    }
    let end = at + 1;
    if (!isDelimiter(byte)) while (end < this.#end && !isSpecial(this.#bytes[end] ?? 0)) end++;
    this.position = end;
    return new Keyword(toLatin(this.#bytes, at, Math.min(end, at + KEYWORD_LENGTH_MAX)));
  }

  #skipSpace(): number {
    let isComment = false;
    for (; this.position < this.#end; this.position++) {
      const byte = this.#bytes[this.position] ?? 0;
      if (byte === LINE_FEED || byte === CARRIAGE_RETURN) isComment = false;
      else if (byte === PERCENT) isComment = true;
      else if (!isComment && !isPdfSpace(byte)) break;
    }
    return this.position;
  }

  #readNumber(): number {
    const start = this.position;
    let end = start + 1;
    while (end < this.#end && isNumeric(this.#bytes[end] ?? 0)) end++;
    this.position = end;
    const value = Number(toLatin(this.#bytes, start, Math.min(end, start + KEYWORD_LENGTH_MAX)));
    return Number.isNaN(value) ? 0 : value;
  }

  #readName(): PdfName {
    const start = this.position + 1;
    let end = start;
    while (end < this.#end && !isSpecial(this.#bytes[end] ?? 0)) end++;
    this.position = end;
    return { name: decodeName(toLatin(this.#bytes, start, end)) };
  }

  #readText(): PdfText {
    const text: number[] = [];
    let depth = 1;
    let at = this.position + 1;
    for (; depth > 0; at++) {
      if (at >= this.#end) throw new PdfSyntaxError("The string has no end");
      const byte = this.#bytes[at] ?? 0;
      if (byte === BACKSLASH) {
        const escaped = /^(?:[0-7]{1,3}|\r\n|[^])/.exec(toLatin(this.#bytes, at + 1, at + 4))?.[0];
        at += escaped?.length ?? 0;
        if (escaped !== undefined && text.length < TEXT_LENGTH_MAX)
          text.push(...unescapeText(escaped));
        continue;
      }
      if (byte === OPEN) depth++;
      else if (byte === CLOSE) depth--;
      if (depth > 0 && text.length < TEXT_LENGTH_MAX) text.push(byte);
    }
    this.position = at;
    return { text: Uint8Array.from(text) };
  }

  #readHex(): PdfText {
    const start = this.position + 1;
    const found = this.#bytes.indexOf(GREATER, start);
    const end = found < 0 || found > this.#end ? this.#end : found;
    this.position = Math.min(end + 1, this.#end);
    const digits = this.#bytes.subarray(start, Math.min(end, start + 2 * TEXT_LENGTH_MAX));
    return { text: decodeHexDigits(digits) };
  }
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const PERCENT = 37;
const OPEN = 40;
const CLOSE = 41;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const LESS = 60;
const GREATER = 62;
const CAPITAL_R = 82;
const BACKSLASH = 92;
/** The longest string whose bytes are needed has 127 bytes (a password's hash), or a few bytes (a code in a map). */
const TEXT_LENGTH_MAX = 1_024;
const KEYWORD_LENGTH_MAX = 64;
const OPENS_DICT = new Keyword("<<");
const CLOSES_DICT = new Keyword(">>");

/** White space between tokens. */
const isPdfSpace = (byte: number) =>
  byte === 32 || (byte >= 9 && byte <= 13 && byte !== 11) || byte === 0;
const isDelimiter = (byte: number) => DELIMITERS.has(byte);
const DELIMITERS = new Set(Array.from("()<>[]{}/%", (mark) => mark.charCodeAt(0)));
const isSpecial = (byte: number) => isPdfSpace(byte) || isDelimiter(byte);
const isNumeric = (byte: number) =>
  (byte >= ZERO && byte <= NINE) || byte === PLUS || byte === MINUS || byte === POINT;

/** Decodes the `#xx` escapes in a PDF name. */
export const decodeName = (name: string): string =>
  name.replaceAll(/#([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
