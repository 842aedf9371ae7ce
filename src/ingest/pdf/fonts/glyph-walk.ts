import type { CharstringBudget } from "./charstring-budget.ts";

type Rule = { readonly min: number; readonly stem?: true; readonly delta?: number };

const stem: Rule = { min: 2, stem: true };
/** The operands that operators need; after most of them the stack is empty. */
const RULES: Readonly<Record<number, Rule>> = {
  1: stem,
  3: stem,
  4: { min: 1 },
  5: { min: 2 },
  6: { min: 1 },
  7: { min: 1 },
  8: { min: 6 },
  14: { min: 0 },
  18: stem,
  19: { min: 0 },
  20: { min: 0 },
  21: { min: 2 },
  22: { min: 1 },
  23: stem,
  24: { min: 8 },
  25: { min: 8 },
  26: { min: 4 },
  27: { min: 4 },
  30: { min: 4 },
  31: { min: 4 },
};
/** The same for operators of two bytes. Arithmetic changes the size of the stack by `delta`. */
const RULES12: Readonly<Record<number, Rule>> = {
  3: { min: 2, delta: -1 },
  4: { min: 2, delta: -1 },
  5: { min: 1, delta: 0 },
  9: { min: 1, delta: 0 },
  10: { min: 2, delta: -1 },
  11: { min: 2, delta: -1 },
  12: { min: 2, delta: -1 },
  14: { min: 1, delta: 0 },
  15: { min: 2, delta: -1 },
  18: { min: 1, delta: -1 },
  20: { min: 2, delta: -2 },
  21: { min: 1, delta: 0 },
  22: { min: 4, delta: -3 },
  23: { min: 0, delta: 1 },
  24: { min: 2, delta: -1 },
  26: { min: 1, delta: 0 },
  27: { min: 1, delta: 1 },
  28: { min: 2, delta: 0 },
  29: { min: 2, delta: 0 },
  30: { min: 3, delta: -2 },
  34: { min: 7 },
  35: { min: 13 },
  36: { min: 9 },
  37: { min: 11 },
};
/** Arithmetic whose result the library computes, in its order of operands. */
const RESULTS: Readonly<Record<number, (left: number, right: number) => number>> = {
  10: (left, right) => left + right,
  11: (left, right) => left - right,
  12: (left, right) => left / right,
  24: (left, right) => left * right,
};
const NEGATE = 14;
/** Calls within calls; the library stops at the same level. */
const CALLS_MAX = 10;

/**
 * Runs the outline of a glyph (a Type 2 charstring) with all its subroutine calls, as the PDF library does to check it,
 * and stops when the work exceeds the budget. The library changes some bytes of an outline while it checks it; this
 * class changes the same bytes.
 */
export class GlyphWalk {
  readonly #locals: readonly Uint8Array[] | null;
  readonly #globals: readonly Uint8Array[];
  readonly #budget: CharstringBudget;
  readonly #stack: number[] = [];
  #size = 0;
  #hints = 0;
  #calls = 0;

  constructor(
    locals: readonly Uint8Array[] | null,
    globals: readonly Uint8Array[],
    budget: CharstringBudget,
  ) {
    this.#locals = locals;
    this.#globals = globals;
    this.#budget = budget;
  }

  /**
   * Runs the outline of one glyph. Returns false if the outline is invalid, so that the library would stop there, or if
   * the budget is exceeded.
   */
  walk(data: Uint8Array | undefined): boolean {
    if (!data || this.#calls > CALLS_MAX) return false;
    let length = data.length;
    for (let at = 0; at < length;) {
      if (!this.#budget.take(1)) return false;
      const byte = data[at++] ?? 0;
      if (byte === 28 || byte >= 32) {
        at = this.#push(byte, data, at);
      } else if (byte === 10 || byte === 29) {
        if (!this.#call(byte === 10 ? this.#locals : this.#globals)) return false;
      } else if (byte === 11) {
        return true;
      } else if (byte === 9 || ((byte === 19 || byte === 20) && !this.#hasHints())) {
        data.copyWithin(at - 1, at, -1);
        at--;
        length--;
        this.#budget.take(data.length);
      } else {
        if (byte === 19 || byte === 20) at += (this.#hints + 7) >> 3;
        const end = this.#apply(byte === 12 ? RULES12[data[at++] ?? 0] : RULES[byte], {
          operator: byte === 12 ? (data[at - 1] ?? 0) : -1,
          endsGlyph: byte === 14,
        });
        if (end !== undefined) return end;
      }
    }
    return true;
  }

  /** Before a mask of hints. */
  #hasHints(): boolean {
    this.#hints += this.#size >> 1;
    if (this.#hints > 0) this.#size %= 2;
    return this.#hints > 0;
  }

  #push(byte: number, data: Uint8Array, at: number): number {
    const [first = 0, second = 0, third = 0, fourth = 0] = data.subarray(at, at + 4);
    if (byte === 28) {
      this.#stack[this.#size++] = ((first << 24) | (second << 16)) >> 16;
      return at + 2;
    }
    if (byte === 255) {
      const bits = (first << 24) | (second << 16) | (third << 8) | fourth;
      this.#stack[this.#size++] = bits / 65_536;
      return at + 4;
    }
    if (byte >= 251) this.#stack[this.#size++] = -((byte - 251) << 8) - first - 108;
    else if (byte >= 247) this.#stack[this.#size++] = ((byte - 247) << 8) + first + 108;
    else this.#stack[this.#size++] = byte - 139;
    return byte >= 247 ? at + 1 : at;
  }

  #call(subroutines: readonly Uint8Array[] | null): boolean {
    if (!subroutines) return false;
    const { length } = subroutines;
    const bias = length < 1_240 ? 107 : length < 33_900 ? 1_131 : 32_768;
    const number = (this.#stack[--this.#size] ?? Number.NaN) + bias;
    if (Number.isNaN(number) || number < 0 || number >= length) return false;
    this.#calls++;
    if (!this.walk(subroutines[number])) return false;
    this.#calls--;
    return true;
  }

  /** Returns the result of the walk if the operator ends it. */
  #apply(
    rule: Rule | undefined,
    { operator, endsGlyph }: { operator: number; endsGlyph: boolean },
  ): boolean | undefined {
    if (operator === 0) this.#size = 0;
    if (!rule) return undefined;
    if (endsGlyph && this.#size >= 4) return false;
    if (rule.stem) this.#hints += this.#size >> 1;
    if (this.#size < rule.min) return this.#size === 0;
    if (rule.delta === undefined) {
      this.#size = 0;
      return undefined;
    }
    const result = RESULTS[operator];
    const [left, right] = [this.#size - 2, this.#size - 1];
    if (result) this.#stack[left] = result(this.#stack[left] ?? 0, this.#stack[right] ?? 0);
    if (operator === NEGATE) this.#stack[right] = -(this.#stack[right] ?? 0);
    this.#size += rule.delta;
    return undefined;
  }
}
