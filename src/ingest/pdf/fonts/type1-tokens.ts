import { decodeHexDigits } from "../syntax/hex.ts";
/**
 * The outlines in a Type 1 font program: those of its glyphs, and those of its subroutines, by the subroutines'
 * numbers.
 */
export type Type1Program = {
  readonly glyphs: readonly Uint8Array[];
  readonly subroutines: ReadonlyMap<number, Uint8Array>;
};

const PROGRAM_KEY = 55_665;
const OUTLINE_KEY = 4_330;
const HEX = /^[0-9a-fA-F\s][0-9a-fA-F]{7}/;

/** Decrypts the encrypted part of a Type 1 font program, which is binary or hexadecimal. */
export function decryptType1(data: Uint8Array): Uint8Array {
  if (!HEX.test(String.fromCharCode(...data.subarray(0, 8)))) return decrypt(data, PROGRAM_KEY, 4);
  return decrypt(decodeHexDigits(data), PROGRAM_KEY, 4);
}

function decrypt(data: Uint8Array, key: number, skipped: number): Uint8Array {
  const result = new Uint8Array(data.length);
  let state = key;
  for (let at = 0; at < data.length; at++) {
    const byte = data[at] ?? 0;
    result[at] = byte ^ (state >> 8);
    state = ((byte + state) * 52_845 + 22_719) & 0xffff;
  }
  return result.subarray(skipped);
}

/** The library makes a list as long as the largest number. */
const SUBROUTINES_MAX = 65_536;

/** Parses a decrypted Type 1 font program token by token, as the PDF library does. */
export class Type1Tokens {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** Bytes before each outline; -1 for outlines that are not encrypted. */
  #skipped = 4;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Reads the outlines of the font program; null if a subroutine has a larger number than any in a real font. */
  readProgram(): Type1Program | null {
    const glyphs: Uint8Array[] = [];
    const subroutines = new Map<number, Uint8Array>();
    for (let token = this.#next(); token !== null; token = this.#next()) {
      if (token !== "/") continue;
      const name = this.#next();
      if (name === "lenIV") this.#skipped = this.#nextInteger();
      else if (name === "CharStrings") this.#readGlyphs(glyphs);
      else if (name === "Subrs") this.#readSubroutines(subroutines);
    }
    return [...subroutines.keys()].every((number) => number < SUBROUTINES_MAX)
      ? { glyphs, subroutines }
      : null;
  }

  #readGlyphs(glyphs: Uint8Array[]): void {
    for (let token = this.#next(); token !== null && token !== "end"; token = this.#next()) {
      if (token !== "/") continue;
      this.#next();
      glyphs.push(this.#readOutline());
      this.#skipWord("noaccess");
    }
  }

  #readSubroutines(subroutines: Map<number, Uint8Array>): void {
    this.#next();
    this.#next();
    while (this.#next() === "dup") {
      const number = this.#nextInteger();
      subroutines.set(number, this.#readOutline());
      if (this.#next() === "noaccess") this.#next();
    }
  }

  #readOutline(): Uint8Array {
    const length = Math.max(0, this.#nextInteger());
    this.#next();
    const start = this.#at + 1;
    this.#at = Math.min(this.#bytes.length, start + length);
    const data = this.#bytes.subarray(start, this.#at);
    return this.#skipped < 0 ? data : decrypt(data, OUTLINE_KEY, this.#skipped);
  }

  #skipWord(word: string): void {
    const before = this.#at;
    const token = this.#next();
    if (token === word) this.#next();
    else if (token === "/" || token === "end") this.#at = before;
  }

  #nextInteger(): number {
    const number = Number.parseInt(this.#next() ?? "0", 10);
    return Number.isNaN(number) ? 0 : number;
  }

  #next(): string | null {
    let isComment = false;
    for (; this.#at < this.#bytes.length; this.#at++) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (byte === 10 || byte === 13) isComment = false;
      else if (byte === 37) isComment = true;
      else if (!isComment && !isSpace(byte)) break;
    }
    if (this.#at >= this.#bytes.length) return null;
    const start = this.#at++;
    if (!isSpecial(this.#bytes[start])) {
      while (this.#at < this.#bytes.length && !isBreak(this.#bytes[this.#at])) this.#at++;
    }
    return String.fromCharCode(...this.#bytes.subarray(start, Math.min(this.#at, start + 64)));
  }
}

const SPECIAL = new Set(Array.from("/[]{}()", (mark) => mark.charCodeAt(0)));
const isSpecial = (byte = 0) => SPECIAL.has(byte);
const isSpace = (byte: number) => byte === 32 || byte === 9 || byte === 10 || byte === 13;
const isBreak = (byte = 0) => isSpace(byte) || isSpecial(byte);
