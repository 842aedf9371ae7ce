import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { sentences } from "../../../../src/ingest/text/sentences.ts";

const split = (text: string) => sentences(text).map(({ start, end }) => text.slice(start, end));

/** As fast-check's unit "binary", which spends a second on a table of all code points. */
const CODE_POINT = fc
  .oneof(fc.integer({ max: 0xd7ff, min: 0 }), fc.integer({ max: 0x10ffff, min: 0xe000 }))
  .map((code) => String.fromCodePoint(code));

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
    [
      "Built c. 1066. See lit. A of it. No. 5 fits.",
      ["Built c. 1066.", "See lit. A of it.", "No. 5 fits."],
    ],
    ["The answer is no. We left.", ["The answer is no.", "We left."]],
    ["It is 5 m. The rest is 3 l. Done.", ["It is 5 m.", "The rest is 3 l.", "Done."]],
    ["Am 3. Mai gilt § 2. Danach nicht.", ["Am 3. Mai gilt § 2.", "Danach nicht."]],
    ["In chapter 12. The next.", ["In chapter 12.", "The next."]],
    ["第二句!第三句?Is it 5?yes", ["第二句!", "第三句?Is it 5?yes"]],
  ])("splits %j", (text, expected) => {
    expect(split(text)).toEqual(expected);
  });

  it("splits Thai at a space once the sentence is long enough", () => {
    const clause = "ประเทศไทยเป็นประเทศที่ตั้งอยู่ในเอเชียตะวันออกเฉียงใต้มีเมืองหลวงคือกรุงเทพมหานคร";

    expect(split(`${clause} ${clause}`)).toEqual([clause, clause]);
    expect(split("สวัสดี ครับ")).toEqual(["สวัสดี ครับ"]);
  });

  it("goes on with a Thai sentence before a conjunction and inside a parenthesis", () => {
    const clause = "ประเทศไทยเป็นประเทศที่ตั้งอยู่ในเอเชียตะวันออกเฉียงใต้มีเมืองหลวงคือกรุงเทพมหานคร";
    const joined = `${clause} และมีพรมแดนติดกับประเทศลาว`;
    const inside = `${clause.slice(0, 70)} (เช่นเมือง ในภาคเหนือ)`;

    expect(split(joined)).toEqual([joined]);
    expect(split(inside)).toEqual([inside]);
  });

  it("loses only white space of any text", () => {
    const texts = fc.array(
      fc.oneof(
        fc.string({ unit: CODE_POINT }),
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
