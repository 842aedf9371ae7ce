import { describe, expect, it } from "vitest";

import { seededRandom } from "../../../../scripts/crash-fuzz/random.ts";
import type { ClaimLanguage, FalseKind } from "../../../../scripts/evaluation/claims/claim.ts";
import { overlaps } from "../../../../scripts/evaluation/claims/measures/overlap-test.ts";
import { SWAPS } from "../../../../scripts/evaluation/claims/swaps/swaps.ts";
import { TUNING_WORDINGS } from "../../../../scripts/evaluation/claims/wordings/tuning-wordings.ts";

/** Makes false claims of a sentence in a passage with other sentences, with many seeds. */
function swap(
  kind: FalseKind,
  text: string,
  { others = [], language = "en" }: { others?: readonly string[]; language?: ClaimLanguage } = {},
): Set<string | null> {
  const passages = [{ heading: "", text: [text, ...others].join(" "), names: [] }];
  const sentence = { text, passages, others, language, wordings: TUNING_WORDINGS[language] };
  return new Set(
    Array.from({ length: 200 }, (_claim, at) => SWAPS[kind](sentence, seededRandom(`${at}`))),
  );
}

describe("a false claim", () => {
  it.for([
    ["negation", "The tower is open.", "The tower is not open."],
    ["negation", "The tower is not open.", "The tower is open."],
    ["comparison", "It is larger than the bridge.", "It is smaller than the bridge."],
    ["quantifier", "Every ship was warned.", "Hardly any ship was warned."],
    ["direction", "The lamp runs from May to June.", "The lamp runs from June to May."],
    ["modality", "Visitors may climb it.", "Visitors must climb it."],
    ["unit", "The way takes nine hours.", "The way takes nine minutes."],
    ["unit", "Nine hours are not enough.", "Nine minutes are not enough."],
  ] as const)("of the kind %s: %s", ([kind, text, claim]) => {
    expect([...swap(kind, text)]).toEqual([claim]);
  });

  it("keeps the form of the number whose value it changes", () => {
    const claims = [...swap("number", "The tower has 1,450 steps.")];

    expect(claims.length).toBeGreaterThan(2);
    for (const claim of claims)
      expect(claim).toMatch(/^The tower has (?:\d{3}|[12],\d{3}) steps\.$/);
    expect(claims).not.toContain("The tower has 1,450 steps.");
  });

  it("takes a value from another sentence, not one that both have", () => {
    const others = ["The bridge was built in 1875.", "The harbour was built in 1912 as well."];

    expect([...swap("joined", "The tower was built in 1912.", { others })]).toEqual([
      "The tower was built in 1875.",
    ]);
  });

  it.for([
    [
      "number",
      "The tower has more than 150 steps.",
      "a limit, for which other numbers are true too",
    ],
    ["date", "The tower was built before 1912.", "a limit"],
    ["unit", "The ship needs over 12 days.", "a lower limit"],
    ["negation", "If the lamp is on, call us.", "a condition"],
    ["modality", "Nobody may climb the tower.", "a negated clause"],
    ["direction", "The rate increases and decreases.", "both opposites"],
    ["subject", "It is open in summer.", "a pronoun"],
    ["joined", "The tower was built in 1912.", "no other sentence"],
  ] as const)("is not made of a sentence of the kind %s: %s (%s)", ([kind, text]) => {
    expect([...swap(kind, text)]).toEqual([null]);
  });

  it("replaces whole words of Thai only", () => {
    const language = "th";

    expect([...swap("direction", "น้ำมันราคาเพิ่มขึ้น", { language })]).toEqual(["น้ำมันราคาลดลง"]);
    expect([...swap("modality", "คำตอบนี้ถูกต้อง", { language })]).toEqual([null]);
  });
});

describe("the plain overlap test", () => {
  const passage = {
    heading: "Towers",
    text: "# Towers\n\nThe tower has 148 steps to its lamp. Dogs stay outside.",
    names: [],
  };

  it("accepts a false claim in the passage's words", () => {
    expect(overlaps("The tower has 900 steps to its lamp.", passage)).toBe(true);
  });

  it("refuses a claim about something else", () => {
    expect(overlaps("The notice period of the lease is 30 days.", passage)).toBe(false);
    expect(overlaps("Towers are high.", passage)).toBe(false);
  });
});
