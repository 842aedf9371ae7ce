/** The work that the outlines of a font program may be: a few times its bytes, since subroutines are shared. */
export class CharstringBudget {
  #left: number;
  #slice = 0;

  /** `length` is the size of the font program in bytes. */
  constructor(length: number) {
    this.#left = WORK_MIN + WORK_PER_BYTE * length;
  }

  /** Returns true when the work is too much. */
  get isSpent(): boolean {
    return this.#left < 0;
  }

  /** True once for each slice of work. */
  get needsTurn(): boolean {
    if (this.#slice < WORK_A_SLICE) return false;
    this.#slice = 0;
    return true;
  }

  /** Takes work; false when there is none left. */
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
