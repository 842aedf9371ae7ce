import type { Sliced } from "../slices.ts";
import { findStringEnd } from "./json-strings.ts";
import { TextBatches } from "./text-batches.ts";

/** Arrays that are nested deeper are read element by element. */
const LEVELS_MAX = 3;
/** An array with a longer string is read element by element. */
const STRING_LENGTH_MAX = 60;
/** Marks that are read in about 10 ms. */
const MARKS_A_SLICE = 20_000;
const MARKS = /["[\]{/]/g;

/** The text on one line of an array of numbers, words and short strings, or of arrays of these. */
export class FlatArray {
  /** The number of objects and arrays around the array. */
  readonly depth: number;
  readonly #separator: string;
  readonly #text = new TextBatches();
  #isFirst = true;

  constructor(depth: number, separator: string) {
    this.depth = depth;
    this.#separator = separator;
  }

  /** Adds a value. */
  add(text: string): void {
    this.#text.add(this.#isFirst ? text : this.#separator + text);
    this.#isFirst = false;
  }

  /** Begins an array in the array. */
  open(): void {
    this.add("[");
    this.#isFirst = true;
  }

  /** Ends an array in the array. */
  close(): void {
    this.#text.add("]");
    this.#isFirst = false;
  }

  /** Returns the text. */
  finish(): string {
    return this.#text.length === 0 ? "[]" : this.#text.finish();
  }
}

/**
 * Returns the array that begins at `from` if it can be written on one line; null if it has objects, long strings or
 * comments. Reads each mark at most once for each of the levels that such an array may have.
 */
export function* findFlatArray(
  json: string,
  from: number,
  depth: number,
): Sliced<FlatArray | null> {
  const pattern = new RegExp(MARKS);
  pattern.lastIndex = from;
  let levels = 1;
  let separator = ", ";
  let marks = 0;
  for (let match = pattern.exec(json); match; match = pattern.exec(json)) {
    const [mark] = match;
    if (mark === '"') {
      const end = yield* findStringEnd(json, pattern.lastIndex);
      if (end < 0 || end - match.index > STRING_LENGTH_MAX) return null;
      if (json.slice(match.index, end).includes(",")) separator = "; ";
      pattern.lastIndex = end;
    } else if (mark === "]") {
      levels--;
      if (levels === 0) return new FlatArray(depth, separator);
    } else {
      levels++;
      if (mark !== "[" || levels > LEVELS_MAX) return null;
    }
    if (++marks % MARKS_A_SLICE === 0) yield;
  }
  return null;
}
