import { lookUp } from "../../../record.ts";
import { PDF_PAGE_STEPS_MAX } from "../../extract-limits.ts";
import { decodeName } from "../syntax/parse-pdf-value.ts";

/**
 * Counts the work of the PDF library on the content stream of a page, in steps: one for an operator, one for a
 * character of a string, and two more for a string. In workerd a step takes 0.3 to 0.4 µs in any mixture (a million of
 * `(a) Tj` take 1.1 s, three million path operators 1.0 s, a string of eight million characters 3.4 s).
 *
 * Inline images are not parsed, so a byte in their data may look like the start of a string or comment, and operators
 * after it like a part of that. Therefore each byte of a string or comment counts at least as much as the operators
 * that it may contain, and operators that cause more work than one step, such as `Do`, are also found inside strings
 * and comments.
 */
export class ContentWork {
  steps = 0;
  /** True if the stream maps ranges of codes to characters, as the character map of a font does. */
  hasRanges = false;
  /** The number of `Do` operators, each of which may run another stream (a form), by the name of that stream. */
  readonly calls = new Map<string, number>();
  readonly #images = new InlineImages();
  #state: 0 | typeof IN_TEXT | typeof IN_HEX | typeof IN_COMMENT = 0;
  #depth = 0;
  #isEscaped = false;
  #isName = false;
  #name = "";
  /** The encoding of an inline image that a name has announced. */
  #encoding: Encoding | undefined;
  #last = 0;
  /** The letters of the open token: the last four of them, and their number. */
  #letters = 0;
  #length = 0;
  #position = 0;

  /** True when the stream alone has more steps than a page may have. */
  get isTooMuch(): boolean {
    return this.steps > PDF_PAGE_STEPS_MAX;
  }

  /** Counts the work of the next piece of the stream's bytes. */
  add(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] ?? 0;
      this.#findToken(byte);
      if (byte === GREATER) this.steps += this.#images.end(this.#last === TILDE, this.#position);
      if (this.#state === 0) this.#countOutside(byte);
      else this.#countInside(byte);
      this.#last = byte;
      this.#position++;
    }
    this.steps += piece.length * STEPS_A_BYTE;
  }

  /** Counts the work that is only known at the end of the stream. Call this after the last piece. */
  finish(): void {
    this.#findToken(LINE_FEED);
    this.steps += this.#images.finish(this.#position);
  }

  #findToken(byte: number): void {
    if (this.#isName) {
      if (isPrintable(byte)) {
        if (this.#name.length < NAME_LENGTH_MAX) this.#name += String.fromCharCode(byte);
        return;
      }
      this.#isName = false;
      this.#name = decodeName(this.#name);
      this.#encoding = lookUp(ENCODINGS, this.#name) ?? this.#encoding;
    } else if (isLetter(byte)) {
      this.#letters = (this.#letters << 8) | byte;
      this.#length++;
    } else if (this.#length > 0) {
      this.#endToken();
    }
    if (byte === SLASH) {
      this.#isName = true;
      this.#name = "";
    }
  }

  /** The library splits letters without a space between them: `qQ` is two operators. */
  #endToken(): void {
    const letters = this.#letters;
    const length = this.#length;
    this.#letters = 0;
    this.#length = 0;
    if (length === 0) return;
    this.steps += Math.max(1, length - 2);
    if (letters === RANGE) this.hasRanges = true;
    const word = letters & 0xffff;
    if (word === DO) {
      this.calls.set(this.#name, (this.calls.get(this.#name) ?? 0) + 1);
    } else if (word === ID) {
      if (this.#encoding) this.#images.start(this.#encoding, this.#position);
      this.#encoding = undefined;
    } else if (word === EI) {
      this.steps += STEPS_AN_IMAGE;
    }
  }

  #countOutside(byte: number): void {
    if (byte === OPEN) {
      this.#state = IN_TEXT;
      this.#depth = 1;
      this.steps += 2;
    } else if (byte === LESS) {
      this.#state = IN_HEX;
      this.steps += 2;
    } else if (byte === PERCENT) {
      this.#state = IN_COMMENT;
    } else if (byte === SLASH || byte === BRACKET) {
      this.steps++;
    } else if (isDigit(byte) && !isDigit(this.#last)) {
      this.steps += STEPS_A_NUMBER;
    }
  }

  #countInside(byte: number): void {
    this.steps += this.#state === IN_TEXT ? 1 : 0.5;
    if (this.#state === IN_HEX) {
      if (byte === GREATER) this.#state = 0;
    } else if (this.#state === IN_COMMENT) {
      if (byte === LINE_FEED || byte === CARRIAGE_RETURN) this.#state = 0;
    } else if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === OPEN) this.#depth++;
    else if (byte === CLOSE && --this.#depth === 0) this.#state = 0;
  }
}

/**
 * Counts the search for the end of inline images. Where the end of an encoded image is missing, the library searches to
 * the end of the stream, and again for the next image.
 */
class InlineImages {
  /** Images whose end has not come, and the sum of their positions. */
  readonly #open = new Map<Encoding, { count: number; positions: number }>();

  /** Notes the data of an image that begins at a position. */
  start(encoding: Encoding, position: number): void {
    const open = this.#open.get(encoding) ?? { count: 0, positions: 0 };
    this.#open.set(encoding, { count: open.count + 1, positions: open.positions + position });
  }

  /** Returns the steps of the images that ">" ends, or "~>". */
  end(isTilde: boolean, position: number): number {
    if (this.#open.size === 0) return 0;
    return this.#end("hex", position) + (isTilde ? this.#end("ascii85", position) : 0);
  }

  /** Returns the steps of the images without an end, at the end of the stream. */
  finish(position: number): number {
    return [...this.#open.keys()].reduce((steps, key) => steps + this.#end(key, position), 0);
  }

  #end(encoding: Encoding, position: number): number {
    const open = this.#open.get(encoding);
    if (!open) return 0;
    this.#open.delete(encoding);
    return (open.count * position - open.positions) * STEPS_A_SEARCHED_BYTE;
  }
}

/** Nothing simple ends a JPEG image, so that its search counts to the end of the stream. */
type Encoding = "hex" | "ascii85" | "jpeg";

const STEPS_A_BYTE = 0.02;
const STEPS_A_NUMBER = 0.2;
const STEPS_A_SEARCHED_BYTE = 0.02;
const STEPS_AN_IMAGE = 5;
const NAME_LENGTH_MAX = 1_024;

const IN_TEXT = 1;
const IN_HEX = 2;
const IN_COMMENT = 3;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const PERCENT = 37;
const OPEN = 40;
const CLOSE = 41;
const SLASH = 47;
const LESS = 60;
const GREATER = 62;
const BRACKET = 91;
const BACKSLASH = 92;
const TILDE = 126;
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  AHx: "hex",
  ASCIIHexDecode: "hex",
  A85: "ascii85",
  ASCII85Decode: "ascii85",
  DCT: "jpeg",
  DCTDecode: "jpeg",
};
const pack = (letters: string) =>
  Array.from(letters).reduce((packed, letter) => (packed << 8) | letter.charCodeAt(0), 0);
const DO = pack("Do");
const ID = pack("ID");
const EI = pack("EI");
/** The end of `beginbfrange` and `begincidrange`. */
const RANGE = pack("ange");

/** Operators consist of letters, an apostrophe, a quotation mark and an asterisk. */
const isLetter = (byte: number) =>
  (byte >= 97 && byte <= 122) ||
  (byte >= 65 && byte <= 90) ||
  byte === 39 ||
  byte === 34 ||
  byte === 42;

/** A digit, a sign or a point. */
const isDigit = (byte: number) => byte >= 43 && byte <= 57 && byte !== SLASH && byte !== 44;

const DELIMITERS = new Set(Array.from("()<>[]{}/%", (mark) => mark.charCodeAt(0)));
const isPrintable = (byte: number) => byte > 32 && !DELIMITERS.has(byte);
