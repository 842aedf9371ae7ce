import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { sentences } from "../../../src/ingest/sentences.ts";

const split = (text: string) => sentences(text).map(({ start, end }) => text.slice(start, end));

describe("sentences", () => {
  it.each([
    ["Dr. Smith met J. Doe. They left.", ["Dr. Smith met J. Doe.", "They left."]],
    ["It is 3.5 m, e.g. here. See Fig. 2.", ["It is 3.5 m, e.g. here.", "See Fig. 2."]],
    ['"Really?" she asked. "Yes!" He left.', ['"Really?" she asked.', '"Yes!"', "He left."]],
    ["Wait... what? No.", ["Wait... what?", "No."]],
    ["(See p. 4.) Next one", ["(See p. 4.)", "Next one"]],
    ["今日は晴れ。「はい。」明日は雨？", ["今日は晴れ。", "「はい。」", "明日は雨？"]],
    ["1. First\n2. Second\n- Third", ["1. First", "2. Second", "- Third"]],
    ["# Title\nA line that\ngoes on", ["# Title", "A line that\ngoes on"]],
    ["One\n\nTwo", ["One", "Two"]],
    ["هل هذا صحيح؟ نعم.", ["هل هذا صحيح؟", "نعم."]],
  ])("splits %j", (text, expected) => {
    expect(split(text)).toEqual(expected);
  });

  it("splits Thai at a space once the sentence is long enough", () => {
    const clause = "ประเทศไทยเป็นประเทศที่ตั้งอยู่ในเอเชียตะวันออกเฉียงใต้มีเมืองหลวงคือกรุงเทพมหานคร";

    expect(split(`${clause} ${clause}`)).toEqual([clause, clause]);
    expect(split("สวัสดี ครับ")).toEqual(["สวัสดี ครับ"]);
  });

  it("loses only white space of any text", () => {
    const texts = fc.array(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom(". ", "\n", "! ", "。", " - ", "“", ")"),
      ),
    );
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.join("");
        let at = 0;
        for (const { start, end } of sentences(text)) {
          expect(text.slice(at, start).trim()).toBe("");
          expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(text.slice(at).trim()).toBe("");
      }),
    );
  });
});
