import { describe, it } from "vitest";

import { measureOverlap } from "../../../src/retrieval/overlap.ts";

const passage = (file: number, start: number, end: number) => ({
  fileId: `file-${file}` as const,
  start,
  end,
});

describe("the overlap of two searches", () => {
  it("is the share of passages that both found", ({ expect }) => {
    const one = [passage(1, 0, 10), passage(2, 0, 10), passage(3, 0, 10), passage(4, 0, 10)];
    expect(measureOverlap(one, one.toReversed(), 10)).toBe(1);
    expect(measureOverlap(one, [passage(1, 0, 10), passage(5, 0, 10)], 10)).toBe(0.25);
    expect(measureOverlap([], [], 10)).toBe(1);
    expect(measureOverlap(one, [], 10)).toBe(0);
  });

  it("compares other chunks by their spans, each with one", ({ expect }) => {
    const large = [passage(1, 0, 100)];
    const small = [passage(1, 0, 50), passage(1, 50, 100)];
    expect(measureOverlap(large, small, 10)).toBe(0.5);
    expect(measureOverlap([passage(1, 0, 50)], [passage(1, 50, 100)], 10)).toBe(0);
    expect(measureOverlap([passage(1, 0, 50)], [passage(2, 0, 50)], 10)).toBe(0);
  });

  it("looks at the best ones alone", ({ expect }) => {
    const one = [passage(1, 0, 10), passage(2, 0, 10)];
    expect(measureOverlap(one, [passage(1, 0, 10), passage(3, 0, 10)], 1)).toBe(1);
  });
});
