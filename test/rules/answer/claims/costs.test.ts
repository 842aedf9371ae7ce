import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { verifyClaim, verifyClaimAgainst } from "../../../../src/answer/claims/verify-claim.ts";
import { leastCpuTime } from "../../cpu-time.ts";

const passage = (text: string) => ({ heading: "", text });
const numbers = (count: number) =>
  Array.from({ length: count }, (_none, at) => String(at * 7 + 11)).join(" ");

describe("the cost of verifying", () => {
  it("is small for an answer of 100 sentences", async () => {
    const passages = Array.from({ length: 8 }, (_none, at) =>
      passage(
        Array.from(
          { length: 20 },
          (_one, line) =>
            `Employees of office ${at} in Ghent must submit form ${line} within ${line + 3} days of their return.`,
        ).join(" "),
      ),
    );
    const verify = () => {
      for (let at = 0; at < 100; at++) {
        const claim = `Form ${at % 20} must be submitted within ${(at % 20) + 3} days by employees in Ghent.`;
        verifyClaimAgainst(claim, passages.slice(at % 8, (at % 8) + 1));
      }
    };
    for (let round = 0; round < 10; round++) verify();
    // It takes 6 to 15 ms. The bound leaves room for a busy machine.
    expect(await leastCpuTime(100, verify)).toBeLessThan(100);
  });

  it.each([
    ["numbers", numbers(400), numbers(15_000)],
    ["numbers in sentences", numbers(400), "The value 3 is 5. ".repeat(5_000)],
    ["negations", "not ".repeat(400), "not leave ".repeat(9_000)],
    ["opposites", "all some must may ".repeat(100), "all some must may more less ".repeat(3_500)],
    ["letters and full stops", "a.".repeat(1_000), "a.".repeat(50_000)],
    ["parts of addresses", "a+a".repeat(600), "a+a".repeat(33_000)],
    ["Chinese", "员工每年有三十天的年假".repeat(150), "员工每年有三十天的年假".repeat(9_000)],
  ])("grows with the text, not with its square: %s", async (_kind, claim, text) => {
    const took = await leastCpuTime(3_000, () => verifyClaim(claim, passage(text)));
    // 100,000 characters take up to 0.4 s; anything quadratic takes longer than this.
    expect(took).toBeLessThan(3_000);
  });

  it("is not spent on a text that is too long for a sentence", () => {
    const long = "The notice period is 30 days. ".repeat(1_000);
    expect(verifyClaim(long, passage(long))).toMatchObject({
      verdict: "unsupported",
      isSure: false,
    });
  });
});

describe("verifyClaim", () => {
  const words = fc.constantFrom(
    ..."not|30|days|%|€|1,000|all|May|2020|-|,|.|\n|# || a ||Ghent|AB-1|不|三十天|ไม่|สาม|لا|안|kein|n'ont|'s|(|)|第|的|년|😀|\ud83d".split(
      "|",
    ),
    " ",
  );
  const texts = fc.array(fc.oneof(words, fc.string({ unit: "grapheme", maxLength: 8 })), {
    maxLength: 40,
  });

  it("finds for any text a verdict with a span inside the passage", () => {
    fc.assert(
      fc.property(texts, texts, (claim, text) => {
        const source = text.join(" ");
        const { span } = verifyClaim(claim.join(" "), passage(source));
        if (span === null) return;
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeGreaterThan(span.start);
        expect(span.end).toBeLessThanOrEqual(source.length);
      }),
      { numRuns: 500 },
    );
  });
});
