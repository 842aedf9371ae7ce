import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { findPhrase, foldVisible } from "../../../../src/workflow/rules/find-phrases.ts";

const found = (text: string, phrase: string) =>
  findPhrase(foldVisible(text), phrase).map(({ start, end }) => text.slice(start, end));

describe("findPhrase", () => {
  it.each([
    ["We GUARANTEE it.", "guarantee", ["GUARANTEE"]],
    ["C'est garanti. Garantí!", "garanti", ["garanti", "Garantí"]],
    ["risk\n  free, Risk free", "risk free", ["risk\n  free", "Risk free"]],
    ["It is **risk** free.", "risk free", ["risk** free"]],
    ["gua\u00adrantee", "guarantee", ["gua\u00adrantee"]],
    ["Die Straße", "STRASSE", ["Straße"]],
    ["e\u0301clair", "éclair", ["e\u0301clair"]],
    ["\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국", ["\u1112\u1161\u11ab\u1100\u116e\u11a8"]],
    ["น้ำดื่ม", "น้ำดื่ม", ["น้ำดื่ม"]],
    ["カ\u3099イド", "ガイド", ["カ\u3099イド"]],
    ["It is 100% safe.", "100%", ["100%"]],
    ["我们保证收益。", "保证", ["保证"]],
    ["เรารับประกันผลตอบแทน", "รับประกัน", ["รับประกัน"]],
  ])("finds in %j the phrase %j", (text, phrase, expected) => {
    expect(found(text, phrase)).toEqual(expected);
  });

  it.each([
    ["They guaranteed it.", "guarantee"],
    ["unsafe", "safe"],
    ["1100%", "100%"],
    ["risk is free", "risk free"],
  ])("does not find in %j the phrase %j", (text, phrase) => {
    expect(found(text, phrase)).toEqual([]);
  });

  it("finds a phrase at any position, and reports the position", () => {
    const around = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(around, around, (before, after) => {
        const text = `${before} Zé Pilintra ${after}`;
        expect(found(text, "ze pilintra").map((one) => one.trim())).toContain("Zé Pilintra");
      }),
    );
  });
});
