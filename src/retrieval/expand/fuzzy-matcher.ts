import { EditBand } from "./edit-band.ts";
import {
  countSharedBytes,
  matchOutside,
  NO_MATCH,
  type TermBytes,
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
 * Matches the terms within `edits` edits of a word, by default `editsFor` its letters, and at most 15. An edit inserts,
 * deletes or replaces a letter, or swaps two adjacent letters. The first two letters must be the same; of words of up to
 * three letters, the first one.
 *
 * A term is read letter by letter only until no term that begins like it can match, and from where it differs from the
 * one before. So a term with a beginning that is known not to match takes a comparison of a few bytes.
 */
export class FuzzyMatcher implements TermMatcher {
  readonly prefix: Uint8Array;
  readonly #band: EditBand;
  readonly #fixed: number;
  /** The letters (code points) that were read of the last term, and for each the byte offset of its end. */
  readonly #letters: Int32Array;
  readonly #ends: Int32Array;
  /** Number of letters that were read. */
  #read = 0;
  /** Bytes of these letters, of which `#length` are in use. */
  readonly #bytes: Uint8Array;
  #length = 0;
  /** False if no term that begins with the letters read matches. */
  #mayMatch = true;

  constructor(word: string, edits = editsFor(Array.from(word).length)) {
    const letters = Array.from(word, (letter) => letter.codePointAt(0) ?? 0);
    const fixed = Math.min(fixedLetters(letters.length), letters.length);
    // One letter more than a match can have: there, a longer term is known not to match.
    const most = letters.length + edits + 1;
    this.prefix = encoder.encode(String.fromCodePoint(...letters.slice(0, fixed)));
    this.#fixed = fixed;
    this.#band = new EditBand(letters, edits);
    this.#letters = new Int32Array(most);
    this.#ends = new Int32Array(most);
    this.#bytes = new Uint8Array(4 * most);
  }

  match(term: TermBytes): number {
    const { prefix } = this;
    const shared = countSharedBytes(term, this.#bytes, this.#length);
    if (shared < prefix.length) {
      const begun = countSharedBytes(term, prefix, prefix.length);
      if (begun < prefix.length) return matchOutside(term, prefix, begun);
    }
    if (shared < this.#length) this.#unread(shared);
    else if (!this.#mayMatch) return NO_MATCH;
    return this.#readOn(term) ? this.#band.distance(this.#read) : NO_MATCH;
  }

  /** Finds the next prefix in order with which a match may begin, after the letters that were read. */
  resume(): Uint8Array | null {
    if (this.#mayMatch) return null;
    for (let at = this.#read - 1; at >= this.#fixed; at--) {
      const letter = this.#letters[at] ?? 0;
      const next = this.#band.nextLetter(at, letter, this.#letters[at - 1] ?? 0);
      if (next <= LETTER_MAX) return this.#prefixWith(at, next);
    }
    return null;
  }

  /** Forgets the letters that are not within the first `bytes` bytes. */
  #unread(bytes: number): void {
    while (this.#length > bytes) {
      this.#read--;
      this.#length = this.#read === 0 ? 0 : (this.#ends[this.#read - 1] ?? 0);
    }
  }

  /** Reads the rest of a term, until it cannot match. Returns whether it was read to its end. */
  #readOn({ bytes, start, end }: TermBytes): boolean {
    let mayMatch = true;
    let length = this.#length;
    while (mayMatch && start + length < end) {
      const at = this.#read++;
      const letter = letterAt(bytes, start + length);
      const to = length + letterBytes(bytes[start + length] ?? 0);
      this.#letters[at] = letter;
      this.#ends[at] = to;
      for (; length < to; length++) this.#bytes[length] = bytes[start + length] ?? 0;
      mayMatch = this.#band.add(at, letter, at > 0 ? (this.#letters[at - 1] ?? 0) : -1);
    }
    this.#length = length;
    this.#mayMatch = mayMatch;
    return mayMatch;
  }

  /** Returns the first `letters` letters that were read, and one more. */
  #prefixWith(letters: number, more: number): Uint8Array {
    const kept = letters === 0 ? 0 : (this.#ends[letters - 1] ?? 0);
    // Half of a pair in UTF-16 is no letter.
    const letter = more >= 0xd800 && more < 0xe000 ? 0xe000 : more;
    const bytes = encoder.encode(String.fromCodePoint(letter));
    const prefix = new Uint8Array(kept + bytes.length);
    prefix.set(this.#bytes.subarray(0, kept));
    prefix.set(bytes, kept);
    return prefix;
  }
}

const encoder = new TextEncoder();
const LETTER_MAX = 0x10ffff;

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
