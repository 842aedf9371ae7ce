import type { Sliced } from "../../slices.ts";
import { hexDigit } from "./hex.ts";

/** The filters of PDF streams, apart from zlib compression, that `undoFilter` decodes. */
export type PlainFilter = "ASCIIHexDecode" | "ASCII85Decode" | "RunLengthDecode" | "LZWDecode";

/**
 * Decodes data of a PDF stream with a filter other than zlib compression. Damaged data is decoded as by the PDF
 * library. Returns null if the result would exceed `sizeMax` bytes. `earlyChange`, 0 or 1, is a parameter of the LZW
 * filter.
 */
export function undoFilter(
  filter: PlainFilter,
  data: Uint8Array,
  { sizeMax, earlyChange }: { sizeMax: number; earlyChange: number },
): Sliced<Uint8Array | null> {
  switch (filter) {
    case "ASCIIHexDecode":
      return decodeHex(data);
    case "ASCII85Decode":
      return decodeAscii85(data, sizeMax);
    case "RunLengthDecode":
      return decodeRuns(data, sizeMax);
    case "LZWDecode":
      return decodeLzw(data, sizeMax, earlyChange);
  }
}

/** Bytes that are decoded in about 10 ms. */
const BYTES_A_SLICE = 1 << 19;

/** Bytes that grow as they are written. */
class Output {
  #bytes: Uint8Array;
  #slice = BYTES_A_SLICE;
  length = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(Math.max(1_024, size));
  }

  /** True once for each slice of output. */
  get needsTurn(): boolean {
    if (this.length < this.#slice) return false;
    this.#slice = this.length + BYTES_A_SLICE;
    return true;
  }

  /** Adds a byte. */
  push(byte: number): void {
    if (this.length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.length++] = byte;
  }

  /** Repeats bytes that are in the output. */
  copy(from: number, count: number): void {
    for (let index = 0; index < count; index++) this.push(this.#bytes[from + index] ?? 0);
  }

  /** Returns the bytes. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}

const GREATER = 62;
const TILDE = 126;

function* decodeHex(data: Uint8Array): Sliced<Uint8Array> {
  const output = new Output(data.length >> 1);
  let high = -1;
  for (let at = 0; at < data.length; at++) {
    if (at % BYTES_A_SLICE === BYTES_A_SLICE - 1) yield;
    const byte = data[at] ?? GREATER;
    if (byte === GREATER) break;
    const digit = hexDigit(byte);
    if (digit < 0) continue;
    if (high >= 0) output.push(high * 16 + digit);
    high = high < 0 ? digit : -1;
  }
  if (high >= 0) output.push(high * 16);
  return output.finish();
}

/** "!" to "u" are digits in base 85; "z" is four zeros. */
function* decodeAscii85(data: Uint8Array, sizeMax: number): Sliced<Uint8Array | null> {
  const output = new Output(data.length);
  let value = 0;
  let digits = 0;
  for (let at = 0; at < data.length; at++) {
    if (at % BYTES_A_SLICE === BYTES_A_SLICE - 1) yield;
    const byte = data[at] ?? TILDE;
    if (byte === TILDE) break;
    if (output.length > sizeMax) return null;
    if (byte === 122 && digits === 0) {
      pushWord(output, 0, 4);
    } else if (byte >= 33 && byte <= 117) {
      value = value * 85 + (byte - 33);
      if (++digits < 5) continue;
      pushWord(output, value, 4);
      value = 0;
      digits = 0;
    }
  }
  if (digits > 1) {
    for (let index = digits; index < 5; index++) value = value * 85 + 84;
    pushWord(output, value, digits - 1);
  }
  return output.length > sizeMax ? null : output.finish();
}

function pushWord(output: Output, value: number, count: number): void {
  for (let index = 0; index < count; index++) output.push((value / 256 ** (3 - index)) & 0xff);
}

function* decodeRuns(data: Uint8Array, sizeMax: number): Sliced<Uint8Array | null> {
  const output = new Output(data.length);
  for (let at = 0; at < data.length;) {
    if (output.needsTurn) yield;
    const length = data[at++] ?? 128;
    if (length === 128) break;
    const isRun = length > 128;
    const count = isRun ? 257 - length : length + 1;
    for (let index = 0; index < count; index++) output.push(data[isRun ? at : at + index] ?? 0);
    at += isRun ? 1 : count;
    if (output.length > sizeMax) return null;
  }
  return output.finish();
}

const CLEAR = 256;
const LZW_END = 257;
const LZW_CODES = 4_096;

/** Keeps a position in the output and a length for each code, instead of a table of strings. */
function* decodeLzw(
  data: Uint8Array,
  sizeMax: number,
  earlyChange: number,
): Sliced<Uint8Array | null> {
  const output = new Output(data.length * 2);
  const starts = new Uint32Array(LZW_CODES);
  const lengths = new Uint32Array(LZW_CODES);
  let next = 258;
  let width = 9;
  let before = -1;
  let bits = 0;
  let held = 0;
  for (const byte of data) {
    held = ((held << 8) | byte) & 0xff_ffff;
    bits += 8;
    if (bits < width) continue;
    bits -= width;
    const code = (held >> bits) & ((1 << width) - 1);
    if (code === LZW_END) break;
    if (code === CLEAR) {
      next = 258;
      width = 9;
      before = -1;
      continue;
    }
    const start = output.length;
    if (code < CLEAR) output.push(code);
    else if (code < next) output.copy(starts[code] ?? 0, lengths[code] ?? 0);
    // The string before and its first byte: the library takes it for every code that is not defined yet.
    else if (before >= 0) output.copy(before, start - before + 1);
    if (before >= 0 && next < LZW_CODES) {
      // The string before, and the first byte of this one, which follows it in the output.
      starts[next] = before;
      lengths[next] = start - before + 1;
      next++;
    }
    before = start;
    if (next + earlyChange >= 1 << width && width < 12) width++;
    if (output.length > sizeMax) return null;
    if (output.needsTurn) yield;
  }
  return output.finish();
}
