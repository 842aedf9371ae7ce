import type { Sliced } from "../../slices.ts";
import { CharstringBudget } from "./charstring-budget.ts";
import { GlyphWalk } from "./glyph-walk.ts";

/**
 * Tests whether the PDF library can prepare a font program in the Compact Font Format with work in proportion to the
 * program's size. A malicious font program makes billions of calls of subroutines.
 */
export function* isSafeCff(program: Uint8Array): Sliced<boolean> {
  const shift = program.indexOf(1);
  if (shift < 0) return false;
  const bytes = program.slice(shift);
  const names = readIndex(bytes, bytes[2] ?? 0);
  const dicts = readIndex(bytes, names.end);
  const strings = readIndex(bytes, dicts.end);
  const globals = readIndex(bytes, strings.end).items;
  const top = readDict(dicts.items[0]);
  const [glyphsAt] = top.get(CHAR_STRINGS) ?? [];
  const [partsAt] = top.get(PARTS) ?? [];
  const glyphs = glyphsAt === undefined ? [] : readIndex(bytes, glyphsAt).items;
  const parts = partsAt === undefined ? [] : readIndex(bytes, partsAt).items;
  const locals = parts.length > 0 ? parts.map((part) => readLocals(bytes, readDict(part))) : [];
  const selected = partsAt === undefined ? null : readSelection(bytes, top, glyphs.length);
  const own = readLocals(bytes, top);
  const budget = new CharstringBudget(program.length);
  for (const [index, glyph] of glyphs.entries()) {
    const local = selected && locals.length > 0 ? (locals[selected[index] ?? 0] ?? null) : own;
    new GlyphWalk(local, globals, budget).walk(glyph);
    if (budget.isSpent) return false;
    if (budget.needsTurn) yield;
  }
  return true;
}

const CHAR_STRINGS = 17;
const PRIVATE = 18;
const SUBROUTINES = 19;
/** Two-byte operators of a composite font: its parts, and which of them each glyph uses. */
const PARTS = (12 << 8) | 36;
const SELECTION = (12 << 8) | 37;

type Index = { readonly items: readonly Uint8Array[]; readonly end: number };

function readIndex(bytes: Uint8Array, start: number): Index {
  const count = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
  if (count === 0) return { items: [], end: start + 2 };
  const size = bytes[start + 2] ?? 0;
  const data = start + 2 + (count + 1) * size;
  const offsetAt = (index: number) => {
    let offset = 0;
    for (let at = 0; at < size; at++) {
      offset = (offset << 8) + (bytes[start + 3 + index * size + at] ?? 0);
    }
    return data + offset;
  };
  const items = Array.from({ length: count }, (_, index) =>
    bytes.subarray(offsetAt(index), offsetAt(index + 1)),
  );
  return { items, end: offsetAt(count) };
}

type Dict = ReadonlyMap<number, readonly number[]>;

/** As the library reads it: operands, then their operator. */
function readDict(data: Uint8Array = new Uint8Array()): Dict {
  const dict = new Map<number, readonly number[]>();
  let operands: number[] = [];
  for (let at = 0; at < data.length;) {
    const byte = data[at++] ?? 0;
    if (byte <= 21) {
      const operator = byte === 12 ? (12 << 8) | (data[at++] ?? 0) : byte;
      dict.set(operator, operands);
      operands = [];
    } else if (byte === 30) {
      while (at < data.length) {
        const digits = data[at++] ?? 0xff;
        if (digits >> 4 === 15 || (digits & 15) === 15) break;
      }
      operands.push(0);
    } else {
      const length = byte === 28 ? 2 : byte === 29 ? 4 : byte >= 247 && byte <= 254 ? 1 : 0;
      operands.push(readInteger(byte, data.subarray(at, at + length)));
      at += length;
    }
  }
  return dict;
}

function readInteger(byte: number, rest: Uint8Array): number {
  const [first = 0, second = 0, third = 0, fourth = 0] = rest;
  if (byte === 28) return ((first << 24) | (second << 16)) >> 16;
  if (byte === 29) return (first << 24) | (second << 16) | (third << 8) | fourth;
  if (byte >= 251) return -(byte - 251) * 256 - first - 108;
  return byte >= 247 ? (byte - 247) * 256 + first + 108 : byte - 139;
}

/** Returns the subroutines of a font or of a part of it, or null. */
function readLocals(bytes: Uint8Array, dict: Dict): readonly Uint8Array[] | null {
  const [size = 0, offset = 0] = dict.get(PRIVATE) ?? [];
  const own = readDict(bytes.subarray(offset, offset + size));
  const [relative = 0] = own.get(SUBROUTINES) ?? [];
  return size === 0 || relative === 0 ? null : readIndex(bytes, offset + relative).items;
}

/** Returns the part that each glyph uses. */
function readSelection(bytes: Uint8Array, top: Dict, count: number): readonly number[] {
  const [at = 0] = top.get(SELECTION) ?? [];
  if (bytes[at] === 0) return Array.from(bytes.subarray(at + 1, at + 1 + count));
  const ranges = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  const selected: number[] = [];
  for (let range = at + 3; range < at + 3 + 3 * ranges; range += 3) {
    const next = ((bytes[range + 3] ?? 0) << 8) | (bytes[range + 4] ?? 0);
    while (selected.length < Math.min(next, count)) selected.push(bytes[range + 2] ?? 0);
  }
  return selected;
}
