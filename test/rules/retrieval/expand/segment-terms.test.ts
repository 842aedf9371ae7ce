import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type Expansion, expandTerm } from "../../../../src/retrieval/expand/expand-term.ts";
import { editsFor, FuzzyMatcher } from "../../../../src/retrieval/expand/fuzzy-matcher.ts";
import { SegmentTerms } from "../../../../src/retrieval/expand/segment-terms.ts";
import { PrefixMatcher } from "../../../../src/retrieval/expand/term-matcher.ts";
import { compareBytes, DamagedSegment } from "../../../../src/retrieval/segment/bytes.ts";
import { makeBatch } from "../../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../documents.ts";

/** Makes a segment of documents, as a consumer does. Counts the blocks that are read. */
function makeSegment(texts: readonly string[]) {
  const { blocks } = makeBatch(texts.map((text, index) => makeDocument(`heron${index}`, [text])));
  const reads = { count: 0 };
  const terms = new SegmentTerms(function* read(from, before) {
    const start = blocks.findLastIndex(({ firstKey }) => compareBytes(firstKey, from) <= 0);
    for (const { firstKey, bytes } of blocks.slice(Math.max(0, start))) {
      if (compareBytes(firstKey, before) >= 0) return;
      reads.count++;
      yield bytes;
    }
  });
  return { terms, reads, blocks: blocks.length };
}

const list = ({ terms }: Expansion) =>
  terms.map(({ term, documentCount }) => `${term} ${documentCount}`);

/** Counts the chunks of each term by its texts. Their words are not changed by the tokenizer. */
function countChunks(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of texts.flatMap((text) => [...new Set(text.split(" "))])) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

describe("SegmentTerms", () => {
  it("finds misspelled words and prefixes among a segment's terms, with their chunks", () => {
    const { terms } = makeSegment(["nokia 42", "nokia nikon", "norka"]);

    expect(list(expandTerm(terms, new FuzzyMatcher("nokai")))).toEqual(["nokia 2"]);
    expect(list(expandTerm(terms, new FuzzyMatcher("norka", 2)))).toEqual(["norka 1", "nokia 2"]);
    expect(list(expandTerm(terms, new PrefixMatcher("no")))).toEqual(["nokia 2", "norka 1"]);
  });

  it("reads no terms of a damaged block", () => {
    const { blocks } = makeBatch([makeDocument("heron", ["nokia nikon"])]);
    const [block] = blocks;
    if (!block) throw new Error("A batch has a block");
    block.bytes[3] = (block.bytes[3] ?? 0) ^ 1;
    const terms = new SegmentTerms(() => [block.bytes]);

    expect(() => expandTerm(terms, new PrefixMatcher("n"))).toThrow(DamagedSegment);
  });

  it("leaves out the words of file names", () => {
    const { terms } = makeSegment(["nokia"]);

    expect(list(expandTerm(terms, new PrefixMatcher("h")))).toEqual([]);
    expect(list(expandTerm(terms, new PrefixMatcher("")))).toEqual(["nokia 1"]);
  });

  it("finds the terms that begin with a prefix, and counts their chunks", () => {
    const word = fc.stringMatching(/^[кхщфл]{1,4}$/);
    const text = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(" "));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), word, (texts, prefix) => {
        const { terms } = makeSegment(texts);
        const found = expandTerm(terms, new PrefixMatcher(prefix), { termsMax: 10_000 });
        const wanted = [...countChunks(texts)].filter(([one]) => one.startsWith(prefix));
        expect(new Map(found.terms.map((one) => [one.term, one.documentCount]))).toEqual(
          new Map(wanted),
        );
      }),
    );
  });

  it("ends with the terms of texts, before those of names", () => {
    const texts = Array.from({ length: 6_000 }, (_, index) => `zebra ${index}`);
    const { terms, reads, blocks } = makeSegment(texts);
    const found = expandTerm(terms, new FuzzyMatcher("zebar"));

    expect(blocks).toBeGreaterThan(10);
    expect(found.isCut).toBe(false);
    expect(list(found)).toEqual(["zebra 6000"]);
    expect(reads.count).toBeLessThan(5);
  });

  it("reads the blocks that can have a match, and few others", () => {
    const texts = Array.from({ length: 400 }, (_, index) =>
      Array.from({ length: 60 }, (_word, at) => `${index * 60 + at}`).join(" "),
    );
    const { terms, reads, blocks } = makeSegment(texts);
    const found = expandTerm(terms, new FuzzyMatcher("12345", editsFor(5)));

    expect(blocks).toBeGreaterThan(10);
    expect(found.isCut).toBe(false);
    expect(found.terms.map(({ term }) => term)).toContain("12345");
    expect(found.terms.map(({ term }) => term)).toContain("12354");
    expect(reads.count).toBeLessThan(blocks);
  });
});
