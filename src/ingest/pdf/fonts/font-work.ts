import type { Sliced } from "../../slices.ts";
import { isSafeCff } from "./cff-work.ts";
import { isSafeType1 } from "./type1-work.ts";

/**
 * Tests whether the PDF library can prepare a font program with work in proportion to the program's size. The library
 * runs the outlines of all glyphs, whose subroutines may call others: ten levels of ten calls are ten billion calls in
 * 500 bytes. Font programs that fail the test are removed from the file; their text can still be read, by the encoding
 * or the character map in the PDF file.
 */
export function* isSafeFont(program: Uint8Array): Sliced<boolean> {
  const [first = 0, second = 0, , fourth = 0] = program;
  const tag = readTag(program, 0);
  if (tag === "\0\u0001\0\0" || tag === "true" || tag === "OTTO") return yield* isSafeSfnt(program);
  if ((first === 0x25 && second === 0x21) || (first === 0x80 && second === 1)) {
    return yield* isSafeType1(program);
  }
  // The library recognizes this format only so.
  return first >= 1 && fourth >= 1 && fourth <= 4 && (yield* isSafeCff(program));
}

/** More code points than fonts have; the library lists each of them. */
const CODES_MAX = 1_000_000;
/** Bytes of instructions. The library follows their calls, with a search among the functions for each. */
const INSTRUCTIONS_MAX = 128 * 1024;

function* isSafeSfnt(program: Uint8Array): Sliced<boolean> {
  const view = new SafeView(program);
  const count = view.uint16(4);
  let instructions = 0;
  for (let at = 12; at < 12 + 16 * count; at += 16) {
    const tag = readTag(program, at);
    const [offset, length] = [view.uint32(at + 8), view.uint32(at + 12)];
    if (tag === "cmap" && countCodes(view, offset) > CODES_MAX) return false;
    if (tag === "fpgm" || tag === "prep") instructions += length;
    if (tag === "CFF " && !(yield* isSafeCff(program.subarray(offset, offset + length))))
      return false;
  }
  return instructions <= INSTRUCTIONS_MAX;
}

function countCodes(view: SafeView, start: number): number {
  let codes = 0;
  const tables = Math.min(view.uint16(start + 2), TABLES_MAX);
  for (let index = 0; index < tables; index++) {
    const table = start + view.uint32(start + 4 + 8 * index + 4);
    const format = view.uint16(table);
    if (format === 2) codes += countSubheaders(view, table);
    else if (format === 4) codes += countSegments(view, table);
    else if (format === 12) codes += countGroups(view, table);
  }
  return codes;
}

const TABLES_MAX = 64;

function countSubheaders(view: SafeView, table: number): number {
  let codes = 0;
  for (let index = 0; index < 256; index++) {
    const key = view.uint16(table + 6 + 2 * index) >> 3;
    codes += view.uint16(table + 6 + 512 + 8 * key + 2);
  }
  return codes;
}

function countSegments(view: SafeView, table: number): number {
  const count = view.uint16(table + 6) >> 1;
  let codes = 0;
  for (let index = 0; index < count; index++) {
    const end = view.uint16(table + 14 + 2 * index);
    const start = view.uint16(table + 16 + 2 * (count + index));
    codes += Math.max(0, end - start + 1);
  }
  return codes;
}

function countGroups(view: SafeView, table: number): number {
  const count = Math.min(view.uint32(table + 12), CODES_MAX);
  let codes = count;
  for (let index = 0; index < count && codes <= CODES_MAX; index++) {
    const group = table + 16 + 12 * index;
    codes += Math.max(0, view.uint32(group + 4) - view.uint32(group));
  }
  return codes;
}

const readTag = (bytes: Uint8Array, at: number) =>
  String.fromCharCode(...bytes.subarray(at, at + 4));

/** Reads numbers, and zeros after the end. */
class SafeView {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Reads 16 bits, most significant byte first. */
  uint16(at: number): number {
    return (this.#bytes[at] ?? 0) * 256 + (this.#bytes[at + 1] ?? 0);
  }

  /** Reads 32 bits, most significant byte first. */
  uint32(at: number): number {
    return this.uint16(at) * 65_536 + this.uint16(at + 2);
  }
}
