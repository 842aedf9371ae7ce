import { describe, expect, it } from "vitest";

import {
  areaUnderCurve,
  containsAnswer,
  distinct,
  measureRanking,
  sample,
} from "../../../scripts/evaluation/measures.ts";

describe("the measures of a ranking", () => {
  it("give a perfect ranking full marks", () => {
    const judged = new Map([
      ["a", 2],
      ["b", 1],
      ["c", 0],
    ]);

    expect(measureRanking(["a", "b", "c"], judged)).toEqual({
      ndcgAt10: 1,
      recallAt10: 1,
      recallAt50: 1,
      mrrAt10: 1,
    });
  });

  it("discount gains by the logarithm of their rank", () => {
    const judged = new Map([
      ["a", 3],
      ["b", 1],
    ]);
    const measured = measureRanking(["x", "b", "y", "a"], judged);

    const gained = 1 / Math.log2(3) + 3 / Math.log2(5);
    const ideal = 3 + 1 / Math.log2(3);
    expect(measured.ndcgAt10).toBeCloseTo(gained / ideal, 12);
    expect(measured.mrrAt10).toBe(0.5);
  });

  it("count nothing below their cut", () => {
    const ranking = Array.from({ length: 60 }, (_, rank) => `d${rank}`);
    const judged = new Map([
      ["d10", 1],
      ["d49", 1],
      ["d50", 1],
    ]);
    const measured = measureRanking(ranking, judged);

    expect(measured).toMatchObject({ ndcgAt10: 0, recallAt10: 0, mrrAt10: 0 });
    expect(measured.recallAt50).toBeCloseTo(2 / 3, 12);
  });

  it("see a file once, at its best chunk", () => {
    expect(distinct(["a", "b", "a", "c", "b"])).toEqual(["a", "b", "c"]);
  });
});

const scored = (score: number, answerable: boolean) => ({ score, answerable });

describe("the area under the abstention curve", () => {
  it("is one for a perfect score, a half for a constant one", () => {
    expect(areaUnderCurve([scored(0.1, false), scored(0.9, true)])).toBe(1);
    expect(areaUnderCurve([scored(0.5, false), scored(0.5, true)])).toBe(0.5);
    expect(
      areaUnderCurve([
        scored(0.2, true),
        scored(0.1, false),
        scored(0.3, false),
        scored(0.4, true),
      ]),
    ).toBe(0.75);
  });
});

describe("a gold answer", () => {
  it("is found whatever the case, the width and the punctuation", () => {
    expect(
      containsAnswer("It was the “10th, and 11th” Centuries.", ["10TH and 11th centuries"]),
    ).toBe(true);
    expect(containsAnswer("It was the 12th century.", ["10th century"])).toBe(false);
    expect(containsAnswer("anything", ["…"])).toBe(false);
  });
});

describe("a sample", () => {
  it("is the same for the same seed and another for another", () => {
    const items = Array.from({ length: 100 }, (_, index) => index);

    expect(sample(items, 10, 1)).toEqual(sample(items, 10, 1));
    expect(sample(items, 10, 1)).not.toEqual(sample(items, 10, 2));
    expect(new Set(sample(items, 100, 3)).size).toBe(100);
  });
});
