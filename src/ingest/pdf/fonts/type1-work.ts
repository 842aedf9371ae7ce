import { Buffer } from "node:buffer";

import type { Sliced } from "../../slices.ts";
import { CharstringBudget } from "./charstring-budget.ts";
import { Type1Tokens, decryptType1 } from "./type1-tokens.ts";

/**
 * Tests whether the PDF library can prepare a Type 1 font program with work in proportion to the program's size. A
 * malicious font program makes billions of calls of subroutines.
 */
export function* isSafeType1(program: Uint8Array): Sliced<boolean> {
  const file = Buffer.from(program.buffer, program.byteOffset, program.length);
  const starts: number[] = [];
  for (let at = file.indexOf(EEXEC); at >= 0; at = file.indexOf(EEXEC, at + 1)) {
    let start = at + EEXEC.length;
    while (isSpace(program[start])) start++;
    // In the format with headers of six bytes another follows.
    starts.push(program[0] === 0x80 ? start + 6 : start);
  }
  if (starts.length === 0 || starts.length > STARTS_MAX) return false;
  const budget = new CharstringBudget(program.length);
  for (const start of starts) {
    const font = new Type1Tokens(decryptType1(program.subarray(start))).readProgram();
    if (font === null) return false;
    for (const glyph of font.glyphs) {
      if (!new OutlineWalk(font.subroutines, budget).walk(glyph) && budget.isSpent) return false;
      if (budget.needsTurn) yield;
    }
  }
  return !budget.isSpent;
}

const EEXEC = "eexec";
/** The words that may start the encrypted part; which of them does, depends on what a dictionary says. */
const STARTS_MAX = 4;

const isSpace = (byte: number | undefined) =>
  byte === 32 || byte === 9 || byte === 10 || byte === 13;

/** Operands of the commands that empty the stack. */
const OPERANDS: Readonly<Record<number, number>> = {
  4: 1,
  5: 2,
  6: 1,
  7: 1,
  8: 6,
  21: 2,
  22: 1,
  30: 4,
  31: 4,
};
/** Commands that empty the stack without looking at it: hints, `closepath`, and some of two bytes. */
const EMPTYING: readonly number[] = [1, 3, 9, 0xc00, 0xc01, 0xc02, 0xc06, 0xc21];
/** Calls within calls; the library has no limit but its stack. */
const CALLS_MAX = 500;

/** Runs the outline of a glyph as the PDF library does to convert it, and stops when the budget is spent. */
class OutlineWalk {
  readonly #subroutines: ReadonlyMap<number, Uint8Array>;
  readonly #budget: CharstringBudget;
  #stack: number[] = [];
  #isFlexing = false;
  #calls = 0;

  constructor(subroutines: ReadonlyMap<number, Uint8Array>, budget: CharstringBudget) {
    this.#subroutines = subroutines;
    this.#budget = budget;
  }

  /** Returns false where the library gives up. */
  walk(data: Uint8Array): boolean {
    for (let at = 0; at < data.length; at++) {
      if (!this.#budget.take(1)) return false;
      const byte = data[at] ?? 0;
      if (byte === 11) return true;
      if (byte < 32) {
        const command = byte === 12 ? 0xc00 + (data[++at] ?? 0) : byte;
        if (!this.#run(command)) return false;
      } else if (byte === 255) {
        const [first = 0, second = 0, third = 0, fourth = 0] = data.subarray(at + 1, at + 5);
        this.#stack.push((first << 24) | (second << 16) | (third << 8) | fourth);
        at += 4;
      } else if (byte <= 246) {
        this.#stack.push(byte - 139);
      } else {
        const next = data[++at] ?? 0;
        const number =
          byte <= 250 ? (byte - 247) * 256 + next + 108 : -(byte - 251) * 256 - next - 108;
        this.#stack.push(number);
      }
    }
    return true;
  }

  #run(command: number): boolean {
    if (EMPTYING.includes(command)) {
      this.#stack = [];
      return true;
    }
    switch (command) {
      case 10:
        return this.#call();
      case 13:
        return this.#empty(2);
      case 0xc07:
        return this.#empty(4);
      case 0xc0c:
        return this.#divide();
      case 0xc10:
        return this.#callOther();
      default:
        return this.#draw(command);
    }
  }

  #draw(command: number): boolean {
    const count = OPERANDS[command];
    if (count === undefined) return true;
    if (!this.#isFlexing || ![4, 21, 22].includes(command)) return this.#empty(count);
    if (command === 22) this.#stack.push(0);
    if (command !== 4) return true;
    const last = this.#stack.pop();
    if (last === undefined) return false;
    this.#stack.push(0, last);
    return true;
  }

  #empty(count: number): boolean {
    if (this.#stack.length < count) return false;
    this.#stack = [];
    return true;
  }

  #call(): boolean {
    const subroutine = this.#subroutines.get(this.#stack.pop() ?? -1);
    if (!subroutine) return false;
    if (++this.#calls > CALLS_MAX) {
      this.#budget.take(Infinity);
      return false;
    }
    const isDone = this.walk(subroutine);
    this.#calls--;
    return isDone;
  }

  #divide(): boolean {
    const [left, right] = this.#stack.splice(-2, 2);
    if (left === undefined || right === undefined) return false;
    this.#stack.push(left / right);
    return true;
  }

  #callOther(): boolean {
    if (this.#stack.length < 2) return false;
    const number = this.#stack.pop();
    const count = this.#stack.pop();
    if (number === 0 && count === 3) {
      const flex = this.#stack.splice(-17, 17);
      this.#stack.push(flex[15] ?? 0, flex[16] ?? 0);
      this.#isFlexing = false;
    } else if (number === 1 && count === 0) {
      this.#isFlexing = true;
    }
    return true;
  }
}
