import { describe, expect, it } from "vitest";

import { estimateConfidence } from "../../../../src/answer/grounding/confidence.ts";

const NONE = { supported: 0, partial: 0, unsupported: 0, contradicted: 0, uncited: 0 };

const besideTwo = (change: object) => estimateConfidence({ ...NONE, supported: 2, ...change });

describe("the confidence of an answer", () => {
  it("is 0 for one that claims nothing, and never 0 or 1 for another", () => {
    expect(estimateConfidence(NONE)).toBe(0);
    for (const verdict of ["supported", "partial", "unsupported", "contradicted", "uncited"]) {
      const confidence = estimateConfidence({ ...NONE, [verdict]: 3 });
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThan(1);
    }
  });

  it("falls from a supported sentence over a partly supported one to one that is not", () => {
    expect(besideTwo({ supported: 3 })).toBeGreaterThan(besideTwo({ partial: 1 }));
    expect(besideTwo({ partial: 1 })).toBeGreaterThan(besideTwo({ unsupported: 1 }));
    expect(besideTwo({ unsupported: 1 })).toBeGreaterThan(besideTwo({ contradicted: 1 }));
  });

  it("does not depend on the length of the answer", () => {
    const twice = estimateConfidence({ ...NONE, supported: 4, uncited: 2 });
    expect(twice).toBeCloseTo(estimateConfidence({ ...NONE, supported: 2, uncited: 1 }));
  });
});
