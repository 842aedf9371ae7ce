import { describe, expect, it } from "vitest";

import { type Claim, FALSE_KINDS } from "../../../../scripts/evaluation/claims/claim.ts";
import type { JudgedClaim } from "../../../../scripts/evaluation/claims/measures/judge-claims.ts";
import {
  listMissedGoals,
  measureClaims,
} from "../../../../scripts/evaluation/claims/measures/measure-claims.ts";
import { measureReliability } from "../../../../scripts/evaluation/claims/measures/measure-reliability.ts";

function judge(
  kind: Claim["kind"],
  verdict: JudgedClaim["verdict"],
  language: Claim["language"] = "en",
): JudgedClaim {
  return {
    claim: {
      text: "The tower has 148 steps.",
      original: "The tower has 149 steps.",
      passages: [],
      key: "tower",
      source: kind === "human" ? "mtrag" : "squad",
      language,
      half: "tuning",
      kind,
    },
    verdict,
    reason: verdict === "supported" ? null : "number",
    isAccepted: verdict === "supported",
    isOverlapping: true,
  };
}

const repeat = (count: number, judged: JudgedClaim) => Array.from({ length: count }, () => judged);

describe("the measures of claims", () => {
  it("count claims by kind and language", () => {
    const { falseAll, falseKinds } = measureClaims([
      judge("number", "contradicted"),
      judge("number", "supported", "th"),
      judge("edited", "supported"),
    ]);

    expect(falseAll.all).toEqual({ claims: 2, byRules: 1, byOverlap: 2 });
    expect(falseKinds.find(({ name }) => name === "number")?.languages).toEqual([
      { claims: 1, byRules: 0, byOverlap: 1 },
      { claims: 0, byRules: 0, byOverlap: 0 },
      { claims: 0, byRules: 0, byOverlap: 0 },
      { claims: 1, byRules: 1, byOverlap: 1 },
    ]);
  });

  it("meet all goals when 95 % of each kind are rejected and few true claims are lost", () => {
    const judged = [
      ...FALSE_KINDS.flatMap((kind) => [
        ...repeat(19, judge(kind, "contradicted")),
        judge(kind, "supported"),
      ]),
      ...repeat(19, judge("edited", "supported")),
      judge("edited", "unsupported"),
      ...repeat(17, judge("human", "supported")),
      ...repeat(3, judge("human", "unsupported")),
    ];

    expect(listMissedGoals(measureClaims(judged))).toEqual([]);
  });

  it("name each goal that is missed", () => {
    const missed = listMissedGoals(
      measureClaims([
        ...repeat(8, judge("unit", "contradicted")),
        ...repeat(2, judge("unit", "supported")),
        ...repeat(9, judge("edited", "supported")),
        judge("edited", "unsupported"),
        ...repeat(8, judge("human", "supported")),
        ...repeat(2, judge("human", "unsupported")),
      ]),
    );

    expect(missed.map((line) => line.split(":")[0])).toEqual([
      "all false claims",
      "unit",
      "edited copies",
      "human answers (mtRAG)",
    ]);
  });
});

describe("the reliability of the confidence", () => {
  const stray = [judge("edited", "unsupported")];

  it("finds that a confidence is right when verdicts are", () => {
    const pools = {
      true: [judge("edited", "supported")],
      false: [judge("number", "unsupported")],
      stray,
    };
    const { bins, error, rates } = measureReliability(pools, "1");

    expect(rates).toMatchObject({ supported: 1, unsupported: 0, partial: null });
    expect(error).toBeLessThan(0.1);
    for (const bin of bins) expect(Math.abs(bin.confidence - bin.share)).toBeLessThan(0.11);
  });

  it("finds that it is wrong when false claims count as supported", () => {
    const pools = {
      true: [judge("edited", "supported")],
      false: [judge("number", "supported")],
      stray: [judge("edited", "supported")],
    };
    const { error, strayRejected, rates } = measureReliability(pools, "1");

    expect(strayRejected).toBe(0);
    expect(rates.supported).toBe(0.5);
    expect(error).toBeGreaterThan(0.3);
  });

  it("leaves out what is withheld", () => {
    const pools = {
      true: [judge("edited", "supported")],
      false: [judge("number", "contradicted")],
      stray: [judge("edited", "contradicted")],
    };
    const { bins } = measureReliability(pools, "1");

    expect(bins).toHaveLength(1);
    expect(bins[0]?.share).toBe(1);
  });
});
