/**
 * The table of edit distances between a word and a term that grows letter by letter, reduced to bits. A distance of at
 * most `edits` is never further than `edits` from the table's diagonal, so a row has `2 · edits + 1` cells, and for each
 * number of edits one integer says by its bits which cells need no more. A letter costs a few operations on integers,
 * however long the word is, and rows of earlier letters stay, so terms with the same beginning share them.
 *
 * After i letters of the term, bit d stands for the first `i - edits + d` letters of the word.
 */
export class EditBand {
  readonly #edits: number;
  readonly #letters: number;
  /** The word's code points, between places that no letter is equal to. */
  readonly #word: Int32Array;
  /** For each number of letters, and each number of edits from 0 on, the bits of the cells that need no more. */
  readonly #rows: Int32Array;
  /** For each number of letters of the term, the cells that stand for no more letters than the word has. */
  readonly #inside: Int32Array;

  /** `edits` is at most 15, since a row has 31 bits. */
  constructor(word: readonly number[], edits: number) {
    this.#edits = edits;
    this.#letters = word.length;
    this.#word = new Int32Array(word.length + 3 * edits + 1).fill(NO_LETTER);
    this.#word.set(word, edits);
    this.#inside = Int32Array.from({ length: word.length + edits + 2 }, (_, at) => {
      const cells = Math.min(word.length - at + edits, 2 * edits) + 1;
      return cells <= 0 ? 0 : (1 << cells) - 1;
    });
    this.#rows = new Int32Array(this.#inside.length * (edits + 1));
    for (let most = 0; most <= edits; most++) {
      this.#rows[most] = (((2 << most) - 1) << edits) & (this.#inside[0] ?? 0);
    }
  }

  /**
   * Adds the row after the term's letter `at` (from 0), which follows the letter `earlier`. The row of the letters
   * before must have been added. Returns false if no term with these letters is within the edits.
   */
  add(at: number, letter: number, earlier: number): boolean {
    const edits = this.#edits;
    const word = this.#word;
    const rows = this.#rows;
    let same = 0;
    let swapped = 0;
    for (let cell = 0; cell <= 2 * edits; cell++) {
      const wanted = word[at + cell];
      if (wanted === letter) same |= 1 << cell;
      else if (wanted === earlier && word[at + cell - 1] === letter) swapped |= 1 << cell;
    }
    const inside = this.#inside[at + 1] ?? 0;
    const before = at * (edits + 1);
    const row = before + edits + 1;
    const beforeLast = before - edits - 1;
    let cells = (rows[before] ?? 0) & same & inside;
    rows[row] = cells;
    for (let most = 1; most <= edits; most++) {
      const fewer = rows[before + most - 1] ?? 0;
      // Nothing to do; a letter for another; a letter more; a letter less; two letters swapped.
      const all =
        ((rows[before + most] ?? 0) & same) |
        fewer |
        (fewer >> 1) |
        (cells << 1) |
        (swapped === 0 ? 0 : (rows[beforeLast + most - 1] ?? 0) & swapped);
      cells = all & inside;
      rows[row + most] = cells;
    }
    return cells !== 0;
  }

  /** Returns the number of edits between the word and a term of `letters` letters; -1 if it is above the limit. */
  distance(letters: number): number {
    const edits = this.#edits;
    const cell = this.#letters - letters + edits;
    if (cell < 0 || cell > 2 * edits) return -1;
    for (let most = 0; most <= edits; most++) {
      if (((this.#rows[letters * (edits + 1) + most] ?? 0) >> cell) & 1) return most;
    }
    return -1;
  }

  /**
   * Returns the smallest letter above `letter` that the term may have at `at` after `earlier`, if it is to be within the
   * edits. Infinity if there is none; `letter + 1` if it can be any.
   */
  nextLetter(at: number, letter: number, earlier: number): number {
    const edits = this.#edits;
    const row = at * (edits + 1);
    if (edits > 0 && (this.#rows[row + edits - 1] ?? 0) !== 0) return letter + 1;
    const cells = this.#rows[row + edits] ?? 0;
    const swaps = at > 0 && edits > 0 ? (this.#rows[row - 2] ?? 0) : 0;
    let next = Infinity;
    for (let cell = 0; cell <= 2 * edits; cell++) {
      const same = this.#word[at + cell] ?? NO_LETTER;
      const swapped = this.#word[at + cell - 1] ?? NO_LETTER;
      if ((cells >> cell) & 1 && same > letter) next = Math.min(next, same);
      if ((swaps >> cell) & 1 && same === earlier && swapped > letter) {
        next = Math.min(next, swapped);
      }
    }
    return next;
  }
}

/** No code point. */
const NO_LETTER = -1;
