import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { BusinessRulesParam } from "../../../../src/workflow/rules/business-rule.ts";
import { checkRules } from "../../../../src/workflow/rules/check-rules.ts";
import { repairText } from "../../../../src/workflow/rules/repair-text.ts";
import { leastCpuTime } from "../../cpu-time.ts";

const DISCLAIMER = "This is not legal advice.";
const RULES = BusinessRulesParam.parse([
  { id: "disclaimer", kind: "required_text", text: DISCLAIMER },
  { id: "promises", kind: "forbidden_phrase", phrases: ["guarantee", "bad word"] },
  { id: "amount", kind: "max_amount", amount: 100, currency: "EUR" },
]);

const breaches = (text: string, rules = RULES) =>
  checkRules({ text, confidence: null, context: null }, rules, () => true);
const repair = (text: string, citations: { start_index: number; end_index: number }[] = []) =>
  repairText(text, breaches(text), RULES, citations);

/** Builds a citation for each of these sentences in a text. */
const citing = (text: string, ...parts: string[]) =>
  parts.map((quote) => {
    const start = text.indexOf(quote);
    return { quote, start_index: start, end_index: start + quote.length };
  });

describe("repairText", () => {
  it("removes forbidden sentences and appends required texts", () => {
    const text = "You can return it.\n\nWe guarantee that. You get 500 € back. Send it by post.";
    const repaired = repair(text);

    expect(repaired.text).toBe(`You can return it.\n\nSend it by post.\n\n${DISCLAIMER}`);
    expect(repaired).toMatchObject({ ok: true, isEmpty: false });
  });

  it("does not change a text that breaks no rule", () => {
    const text = `Send it by post.\n${DISCLAIMER} `;
    expect(repair(text)).toMatchObject({ text, ok: true });
  });

  it("drops the citations of removed sentences and moves the others", () => {
    const text = "We guarantee that. You can return it. Send it by post.";
    const kept = "Send it by post.";
    const { text: mended, citations } = repairText(
      text,
      breaches(text),
      RULES,
      citing(text, "We guarantee that.", kept),
    );

    expect(citations.map(({ quote }) => quote)).toEqual([kept]);
    expect(mended.slice(citations[0]?.start_index, citations[0]?.end_index)).toBe(kept);
  });

  it("removes all sentences that one citation spans", () => {
    const text = "It is red. We guarantee that. It is round.";
    const spanning = citing(text, "It is red. We guarantee that.");
    const repaired = repairText(text, breaches(text), RULES, spanning);

    expect(repaired.text).toBe(`It is round.\n\n${DISCLAIMER}`);
    expect(repaired.citations).toEqual([]);
  });

  it("checks again when a removal joins words", () => {
    expect(repair("This is bad\n\nWe guarantee it.\n\nword of it. Fine.").text).toBe(
      `Fine.\n\n${DISCLAIMER}`,
    );
  });

  it("reports that nothing is left", () => {
    expect(repair("We guarantee it.")).toMatchObject({ ok: false, isEmpty: true });
  });

  it("does not append a required text that is forbidden", () => {
    const rules = BusinessRulesParam.parse([
      { id: "say", kind: "required_text", any_of: ["We guarantee it.", "Surely."] },
      { id: "never", kind: "forbidden_phrase", phrases: ["guarantee"] },
    ]);
    const text = "Fine.";
    expect(repairText(text, breaches(text, rules), rules)).toMatchObject({ text, ok: false });
  });

  it("does not report violations as repaired that are not about words", () => {
    const violation = { id: "sure", kind: "min_confidence" as const, message: "Not sure." };
    expect(repairText(`Fine. ${DISCLAIMER}`, [violation], RULES).ok).toBe(false);
  });

  const piece = fc.oneof(
    fc.constantFrom("bad", "word", "Guarantee", "guarantee", "500 €", "20 €", "€", "1.000", "the"),
    fc.constantFrom(". ", "! ", "\n\n", " ", "\n- ", "。", "**", "", "e.g. ", "¡"),
    fc.string({ unit: "grapheme", maxLength: 6 }),
  );
  const answer = fc
    .tuple(
      fc.array(piece, { maxLength: 40 }).map((parts) => parts.join("")),
      fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 }),
    )
    .map(([text, places]) => ({
      text,
      citations: places.map(([one, other]) => {
        const [a, b] = [one % (text.length + 1), other % (text.length + 1)];
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        return { quote: text.slice(start, end), start_index: start, end_index: end };
      }),
    }));

  it("leaves no forbidden text, and its citations refer to the same words", () => {
    fc.assert(
      fc.property(answer, ({ text, citations }) => {
        const repaired = repairText(text, breaches(text), RULES, citations);
        const broken = breaches(repaired.text).map(({ kind }) => kind);

        expect(broken).not.toContain("forbidden_phrase");
        expect(broken).not.toContain("max_amount");
        expect(repaired.ok).toBe(!repaired.isEmpty && broken.length === 0);
        for (const { quote, start_index, end_index } of repaired.citations) {
          expect(repaired.text.slice(start_index, end_index)).toBe(quote);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["Fine. We guarantee it. ", "guarantee. ", "bad\n\nguarantee\n\nword ", "500 € ", "* _"])(
    "takes a bounded time for a long text of %j",
    async (part) => {
      const text = part.repeat(100_000 / part.length);
      const citations = Array.from({ length: 1_000 }, (_, at) => ({
        start_index: at * 50,
        end_index: at * 50 + 20,
      }));
      const took = await leastCpuTime(3_000, () => repair(text, citations));
      expect(took).toBeLessThan(3_000);
    },
  );

  it("does not change a repaired text", () => {
    fc.assert(
      fc.property(answer, ({ text, citations }) => {
        const once = repairText(text, breaches(text), RULES, citations);
        const twice = repairText(once.text, breaches(once.text), RULES, once.citations);
        expect(twice.text).toBe(once.text);
        expect(twice.citations).toEqual(once.citations);
      }),
    );
  });
});
