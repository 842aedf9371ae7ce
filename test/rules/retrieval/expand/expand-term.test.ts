import fc from "fast-check";
import { expect, it } from "vitest";

import {
  expandTerm,
  type SortedTerms,
  type TermCursor,
} from "../../../../src/retrieval/expand/expand-term.ts";
import { editsFor, FuzzyMatcher } from "../../../../src/retrieval/expand/fuzzy-matcher.ts";
import { PrefixMatcher } from "../../../../src/retrieval/expand/term-matcher.ts";

const encoder = new TextEncoder();

/** A block of terms, one after the other, each after its length in two bytes. */
class Block implements TermCursor {
  start = 0;
  end = 0;
  readonly bytes: Uint8Array;

  constructor(terms: readonly Uint8Array[]) {
    this.bytes = Uint8Array.from(
      terms.flatMap((term) => [term.length >> 8, term.length & 255, ...term]),
    );
  }

  get documentCount(): number {
    return countChunks(this.bytes.subarray(this.start, this.end));
  }

  next(): boolean {
    if (this.end >= this.bytes.length) return false;
    const length = (this.bytes[this.end] ?? 0) * 256 + (this.bytes[this.end + 1] ?? 0);
    this.start = this.end + 2;
    this.end = this.start + length;
    return true;
  }
}

const countChunks = (term: Uint8Array) => term.length * 3;

/** Terms in blocks of a few, as a segment has them, with the number of blocks that were read. */
function sortTerms(terms: Iterable<string>, blockSize: number) {
  const sorted = [...new Set(terms)].map((term) => encoder.encode(term)).toSorted(Buffer.compare);
  const blocks = Array.from({ length: Math.ceil(sorted.length / blockSize) }, (_, index) =>
    sorted.slice(index * blockSize, (index + 1) * blockSize),
  );
  const reads = { count: 0 };
  const source: SortedTerms = {
    *blocks(from) {
      const start = blocks.findLastIndex(
        ([first]) => first !== undefined && Buffer.compare(first, from) <= 0,
      );
      for (const block of blocks.slice(Math.max(0, start))) {
        reads.count++;
        yield new Block(block);
      }
    },
  };
  return { source, reads };
}

/** Edits between two words by the textbook's table: letters more, less, another, or neighbours swapped. */
function countEdits(a: string, b: string): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  const table = Array.from({ length: x.length + 1 }, (_, i) => Array.from(y, () => 0).concat(i));
  const at = (i: number, j: number) => table[i]?.[j] ?? 0;
  for (let i = 0; i <= x.length; i++) {
    for (let j = 0; j <= y.length; j++) {
      const row = table[i] ?? [];
      if (i === 0 || j === 0) {
        row[j] = i + j;
        continue;
      }
      const same = x[i - 1] === y[j - 1] ? 0 : 1;
      const isSwapped = i > 1 && j > 1 && x[i - 1] === y[j - 2] && x[i - 2] === y[j - 1];
      const swapped = isSwapped ? at(i - 2, j - 2) + 1 : Infinity;
      row[j] = Math.min(at(i - 1, j - 1) + same, at(i - 1, j) + 1, at(i, j - 1) + 1, swapped);
    }
  }
  return at(x.length, y.length);
}

const byTerm = (a: { term: string }, b: { term: string }) => (a.term < b.term ? -1 : 1);
const letter = fc.constantFrom("a", "b", "c", "é", "書", "😀", "z");
const word = fc.array(letter, { minLength: 1, maxLength: 7 }).map((letters) => letters.join(""));

it("finds the terms within a number of edits, and no others, over blocks of any size", () => {
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 200 }),
      word,
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 1, max: 20 }),
      (terms, asked, edits, blockSize) => {
        const { source } = sortTerms(terms, blockSize);
        const { terms: found, isCut } = expandTerm(source, new FuzzyMatcher(asked, edits), {
          termsMax: 1_000,
          blocksMax: 10_000,
        });
        const letters = Array.from(asked);
        const first = letters.slice(0, letters.length < 4 ? 1 : 2).join("");
        const wanted = [...new Set(terms)]
          .map((term) => ({
            term,
            distance: countEdits(asked, term),
            documentCount: countChunks(encoder.encode(term)),
          }))
          .filter(({ term, distance }) => distance <= edits && term.startsWith(first));
        expect(isCut).toBe(false);
        expect(found.toSorted(byTerm)).toEqual(wanted.toSorted(byTerm));
      },
    ),
    { numRuns: 500 },
  );
});

it("finds the terms with a prefix, those of most chunks first, and says so if it must stop", () => {
  const { source, reads } = sortTerms(["cab", "cabin", "cabinet", "cabs", "cat", "ca", "d"], 2);
  const found = expandTerm(source, new PrefixMatcher("cab"), { termsMax: 3 });
  expect(found.terms.map(({ term }) => term)).toEqual(["cabinet", "cabin", "cabs"]);
  expect(found.isCut).toBe(false);
  expect(reads.count).toBeLessThanOrEqual(4);
  expect(expandTerm(source, new PrefixMatcher("cab"), { blocksMax: 1 }).isCut).toBe(true);
});

it("counts two neighbours that are swapped as one edit", () => {
  const { source } = sortTerms(["warranty", "warrnayt"], 2);
  expect(expandTerm(source, new FuzzyMatcher("warrnaty")).terms).toMatchObject([
    { term: "warranty", distance: 1 },
    { term: "warrnayt", distance: 1 },
  ]);
});

it("reads few of many blocks", () => {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  // "waaa", after which no term is within two edits of "warrenty".
  const terms = Array.from({ length: 100_000 }, (_, at) => {
    const places = [3, 2, 1, 0].map((place) => letters[Math.floor(at / 26 ** place) % 26]);
    return `waaaa${places.join("")}`;
  });
  const { source, reads } = sortTerms(["warranty", "warrant", "waranty", "water", ...terms], 100);
  const found = expandTerm(source, new FuzzyMatcher("warrenty"));
  expect(found.isCut).toBe(false);
  expect(found.terms.map(({ term, distance }) => [term, distance])).toEqual([
    ["warranty", 1],
    ["waranty", 2],
    ["warrant", 2],
  ]);
  expect(reads.count).toBeLessThan(10);
});

it("takes a term of 10,000 letters, and none", () => {
  const long = "x".repeat(10_000);
  const { source } = sortTerms(["x", long, `${long}y`], 2);
  expect(expandTerm(source, new FuzzyMatcher(long)).terms.map(({ distance }) => distance)).toEqual([
    0, 1,
  ]);
  expect(expandTerm(source, new FuzzyMatcher("")).terms).toEqual([]);
});

it.each([
  [2, 0],
  [3, 1],
  [5, 1],
  [6, 2],
])("lets a word of %i letters differ in %i", (letters, edits) => {
  expect(editsFor(letters)).toBe(edits);
});
