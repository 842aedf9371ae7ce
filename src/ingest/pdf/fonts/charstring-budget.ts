/**
 * Limits the work of walking the glyph outlines (charstrings) of a font program to a few times the program's size. A
 * malicious font may need billions of times as much, since outlines call shared subroutines.
 */
export class CharstringBudget {
  #left: number;
  #slice = 0;

  /** `length` is the size of the font program in bytes. */
  constructor(length: number) {
    this.#left = WORK_MIN + WORK_PER_BYTE * length;
  }

  /** True when more work was done than the budget allows. */
  get isSpent(): boolean {
    return this.#left < 0;
  }

  /** True once after each slice of work of about 10 ms, when the caller should yield to other requests. */
  get needsTurn(): boolean {
    if (this.#slice < WORK_A_SLICE) return false;
    this.#slice = 0;
    return true;
  }

  /** Counts work that is about to be done, in bytes of outlines. Returns false once it exceeds the budget. */
  take(work: number): boolean {
    this.#left -= work;
    this.#slice += work;
    return this.#left >= 0;
  }
}

const WORK_MIN = 2_000_000;
const WORK_PER_BYTE = 8;
/** Bytes of outlines that are walked in about 10 ms. */
const WORK_A_SLICE = 500_000;
