import {
  type TermBytes,
  countSharedBytes,
  NO_LATER_MATCH,
  NO_MATCH,
  type TermMatcher,
} from "./term-matcher.ts";

/**
 * Returns the number of letters at the beginning that must match exactly, which limits the blocks that a walk reads: of
 * 50,000 chunks about 80 with one letter, and a fifth of them with two. About one misspelling in eight is in the second
 * letter; words of three letters are so few that one letter is enough.
 */
const fixedLetters = (letters: number): number => (letters < 4 ? 1 : 2);

/**
 * Returns the maximum edit distance for a word of this many letters: 0 below 3 letters, 1 up to 5, 2 beyond, like
 * Elasticsearch's `fuzziness: AUTO`.
 */
export function editsFor(letters: number): number {
  if (letters < 3) return 0;
  return letters < 6 ? 1 : 2;
}

/**
 * Matches the terms within `edits` edits of a word, by default `editsFor` its letters. An edit inserts, deletes or
 * replaces a letter, or swaps two adjacent letters. The first two letters must be the same; of words of up to three
 * letters, the first one.
 *
 * It keeps the rows of the edit distance table for the last term, and computes only the rows after the prefix that the
 * next term shares with it. If all distances in a row exceed `edits`, no term with that prefix matches. The walk then
 * goes on at `resume`, the next prefix that keeps a distance within `edits`: once a prefix has used up all edits, few
 * letters can follow it.
 */
export class FuzzyMatcher implements TermMatcher {
  readonly first: Uint8Array;
  resume: Uint8Array | null = null;
  readonly #word: readonly number[];
  readonly #edits: number;
  /** The letters (code points) of the last term, and for each the byte offset of its end. */
  readonly #letters: number[] = [];
  readonly #ends: number[] = [];
  /** `rows[i][j]`: edits from the first i letters of the term to the first j of the word. */
  readonly #rows: Uint8Array[];
  #length = 0;
  #last = new Uint8Array(64);
  #lastLength = 0;

  constructor(word: string, edits = editsFor(Array.from(word).length)) {
    const letters = Array.from(word, (letter) => letter.codePointAt(0) ?? 0);
    this.#word = letters;
    this.#edits = edits;
    this.#rows = [Uint8Array.from({ length: letters.length + 1 }, (_, at) => Math.min(at, 255))];
    this.first = new TextEncoder().encode(
      String.fromCodePoint(...letters.slice(0, fixedLetters(letters.length))),
    );
  }

  match(term: TermBytes): number {
    const { bytes, start, end } = term;
    const shared = countSharedBytes(term, this.#last, this.#lastLength);
    this.#keep(term, shared);
    this.resume = null;
    const { first } = this;
    if (shared < first.length && countSharedBytes(term, first, first.length) < first.length) {
      return NO_LATER_MATCH;
    }
    while (this.#length > 0 && (this.#ends[this.#length - 1] ?? 0) > shared) this.#length--;
    for (let at = this.#ends[this.#length - 1] ?? 0; start + at < end;) {
      this.#letters[this.#length] = letterAt(bytes, start + at);
      at += letterBytes(bytes[start + at] ?? 0);
      this.#ends[this.#length] = at;
      this.#length++;
      if (this.#addRow(this.#length) > this.#edits) {
        this.resume = this.#findNext();
        return NO_MATCH;
      }
    }
    const distance = this.#rows[this.#length]?.[this.#word.length] ?? 255;
    return distance <= this.#edits ? distance : NO_MATCH;
  }

  /** Keeps a copy of a term as the last one. Its first `shared` bytes are equal to those of the previous one. */
  #keep({ bytes, start, end }: TermBytes, shared: number): void {
    const length = end - start;
    if (length > this.#last.length) {
      const longer = new Uint8Array(2 * length);
      longer.set(this.#last);
      this.#last = longer;
    }
    for (let at = shared; at < length; at++) this.#last[at] = bytes[start + at] ?? 0;
    this.#lastLength = length;
  }

  /** Finds the next prefix in order that may begin a match, after that of the last row; null if there is none. */
  #findNext(): Uint8Array | null {
    for (let length = this.#length; length > 0; length--) {
      const letter = this.#nextLetter(length);
      if (letter === null) continue;
      const kept = this.#ends[length - 2] ?? 0;
      const next = new Uint8Array(kept + 4);
      next.set(this.#last.subarray(0, kept));
      return next.subarray(
        0,
        kept + encoder.encodeInto(String.fromCodePoint(letter), next.subarray(kept)).written,
      );
    }
    return null;
  }

  /**
   * Returns the next letter after the term's letter number `length` with which the letters before it may begin a match;
   * null if there is none.
   */
  #nextLetter(length: number): number | null {
    const word = this.#word;
    const before = this.#rows[length - 1] ?? NO_ROW;
    const letter = this.#letters[length - 1] ?? 0;
    const smallest = before.reduce((least, edits) => Math.min(least, edits), 255);
    if (smallest < this.#edits) return afterLetter(letter);
    const earlier = this.#letters[length - 2];
    const beforeLast = this.#rows[length - 2] ?? NO_ROW;
    let next = Infinity;
    for (let at = 1; at <= word.length; at++) {
      const [same, swapped] = [word[at - 1] ?? 0, word[at - 2] ?? 0];
      if ((before[at - 1] ?? 255) <= this.#edits && same > letter) next = Math.min(next, same);
      const canSwap = length > 1 && at > 1 && earlier === same && swapped > letter;
      if (canSwap && (beforeLast[at - 2] ?? 255) < this.#edits) next = Math.min(next, swapped);
    }
    return Number.isFinite(next) ? next : null;
  }

  /** Computes the row of the term's letter number `length`. Returns the smallest distance in it. */
  #addRow(length: number): number {
    const word = this.#word;
    const before = this.#rows[length - 1] ?? NO_ROW;
    const beforeLast = this.#rows[length - 2] ?? NO_ROW;
    const row = (this.#rows[length] ??= new Uint8Array(word.length + 1));
    const letter = this.#letters[length - 1];
    const earlier = this.#letters[length - 2];
    row[0] = Math.min(length, 255);
    let smallest = row[0];
    for (let at = 1; at <= word.length; at++) {
      const replaced = (before[at - 1] ?? 0) + (word[at - 1] === letter ? 0 : 1);
      let edits = Math.min(replaced, (before[at] ?? 0) + 1, (row[at - 1] ?? 0) + 1, 255);
      if (letter === word[at - 2] && earlier === word[at - 1] && at > 1 && length > 1) {
        edits = Math.min(edits, (beforeLast[at - 2] ?? 0) + 1);
      }
      row[at] = edits;
      smallest = Math.min(smallest, edits);
    }
    return smallest;
  }
}

const NO_ROW = new Uint8Array();
const encoder = new TextEncoder();
const LETTER_MAX = 0x10ffff;

/** Returns the code point after a letter, which has a form in UTF-8; null after the last one. */
function afterLetter(letter: number): number | null {
  if (letter >= LETTER_MAX) return null;
  return letter + 1 >= 0xd800 && letter < 0xdfff ? 0xe000 : letter + 1;
}

/** Returns the length of a UTF-8 letter in bytes, given its first byte; 1 for a byte that begins no letter. */
function letterBytes(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** Decodes the letter (code point) that begins at the byte index `at`. */
function letterAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const size = letterBytes(first);
  if (size === 1) return first;
  let letter = first & (0x7f >> size);
  for (let next = at + 1; next < at + size; next++)
    letter = letter * 64 + ((bytes[next] ?? 0) & 63);
  return letter;
}
