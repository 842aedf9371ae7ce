import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { FIRST_ANALYZER, questionTerms } from "../../../../src/retrieval/analysis/analyzer.ts";
import { foldWithOffsets } from "../../../../src/retrieval/analysis/fold-with-offsets.ts";
import { foldText } from "../../../../src/retrieval/fold.ts";
import { findHighlights } from "../../../../src/retrieval/highlight/find-highlights.ts";
import { indexTerms } from "../../../../src/retrieval/tokenize.ts";

const find = (text: string, query: string) =>
  findHighlights(text, new Set(questionTerms(FIRST_ANALYZER, query).keys()), FIRST_ANALYZER).map(
    ({ start, end }) => text.slice(start, end),
  );

/** Pieces of text in many scripts, some of which folding makes shorter or longer. */
const piece = fc.constantFrom(
  ..."Café|cafe\u0301|Straße|STRASSE|ﬁnance|Über|don’t|it's|wa\u00adter|water|الكتاب|كِتَاب|한국어는|서울|東京都|日本語の保証|น้ำ|ภาษาไทย|Σίσυφος|ΣΙΣΥΦΟΣ|ｆｕｌｌ|①|🦩|नमस्ते|q\u0308|\u0301|İstanbul|running|runs|42|-| |. |\n".split(
    "|",
  ),
);
const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));

describe("findHighlights", () => {
  it.for([
    ["The heron nests near herons.", "heron nest", ["heron", "nests", "herons"]],
    ["Cafe\u0301s in der Straße", "cafés strasse", ["Cafe\u0301s", "Straße"]],
    ["The dog’s wa\u00adter bowl", "dogs water", ["dog’s", "wa\u00adter"]],
    ["ｆｕｌｌ ﬁnance", "full finance", ["ｆｕｌｌ", "ﬁnance"]],
    ["قرأت الكتاب", "كتاب", ["الكتاب"]],
    ["한국어는 어렵다", "한국어", ["한국어"]],
    ["日本語の保証は二年です", "保証", ["保証"]],
    ["🦩 the flamingo 🦩", "flamingo", ["flamingo"]],
    ["It is the one.", "it is the", []],
    ["", "heron", []],
  ] as const)("marks the words of %j that match %j", ([chunk, query, expected]) => {
    expect(find(chunk, query)).toEqual(expected);
  });

  it("marks words where the text has a term of the query, and only there", () => {
    fc.assert(
      fc.property(text, text, (chunk, query) => {
        const wanted = new Set(questionTerms(FIRST_ANALYZER, query).keys());
        const spans = findHighlights(chunk, wanted, FIRST_ANALYZER);
        expect(spans.length > 0).toBe(indexTerms(chunk).some((term) => wanted.has(term)));
        let last = -1;
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThan(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(chunk.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it("marks at most 500 words of a chunk", () => {
    expect(find("heron, ".repeat(600), "heron")).toHaveLength(500);
  });
});

describe("foldWithOffsets", () => {
  it("gives what foldText gives, with the characters that it was made of", () => {
    fc.assert(
      fc.property(text, (original) => {
        const read = foldWithOffsets(original);
        expect(read?.folded).toBe(foldText(original));
        let last = { start: 0, end: 0 };
        for (const [unit, start] of (read?.starts ?? []).entries()) {
          const end = read?.ends[unit] ?? 0;
          expect(foldText(original.slice(start, end))).toContain(read?.folded[unit]);
          // A part that is not behind the one before is the same: one character made both.
          const isSame = start === last.start && end === last.end;
          expect(isSame || start >= last.end).toBe(true);
          last = { start, end };
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
