import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { findAmounts } from "../../../../src/workflow/rules/find-amounts.ts";
import { leastCpuTime } from "../../cpu-time.ts";

const found = (text: string, currency: string | null = null) =>
  findAmounts(text, currency).map(({ start, end, value, currencies }) => [
    text.slice(start, end),
    value,
    currencies[0],
  ]);

describe("findAmounts", () => {
  const written: [string, number, string][] = [
    ["$1,234.50", 1_234.5, "USD"],
    ["$ 1,234", 1_234, "USD"],
    ["US$50", 50, "USD"],
    ["1.234,50 €", 1_234.5, "EUR"],
    ["1.234 €", 1_234, "EUR"],
    ["€1.50", 1.5, "EUR"],
    ["€0.125", 0.125, "EUR"],
    ["12 345,67 €", 12_345.67, "EUR"],
    ["12\u202f345 €", 12_345, "EUR"],
    ["CHF 1'250.00", 1_250, "CHF"],
    ["USD 50", 50, "USD"],
    ["50 eur", 50, "EUR"],
    ["50€", 50, "EUR"],
    ["250 dollars", 250, "USD"],
    ["250 US dollars", 250, "USD"],
    ["20-euro", 20, "EUR"],
    ["2.5 million dollars", 2_500_000, "USD"],
    ["$3k", 3_000, "USD"],
    ["3 Mio. €", 3_000_000, "EUR"],
    ["$100–200", 200, "USD"],
    ["₹1,23,456.00", 123_456, "INR"],
    ["Rs. 500", 500, "INR"],
    ["kr 500", 500, "SEK"],
    ["5万円", 50_000, "JPY"],
    ["￥１，０００", 1_000, "JPY"],
    ["٥٠٠ AED", 500, "AED"],
    ["๕๐๐ บาท", 500, "THB"],
  ];
  it.each(written)("reads %s", (text, value, currency) => {
    expect(found(`It is ${text}, then.`)).toEqual([[text, value, currency]]);
  });

  it.each([
    "The year 2024 has 366 days and 12 months.",
    "Chapter 4.2, page 1,234, 50 % and 20 kg.",
    "The euro is a currency; a $ sign stands for dollars.",
  ])("finds no money in %s", (text) => {
    expect(found(text)).toEqual([]);
  });

  it("assigns a symbol between two figures to the one that it touches, and to both when it touches neither", () => {
    expect(found("3 $20 notes").map(([, value]) => value)).toEqual([20]);
    expect(found("costs 50€ 60 days later").map(([, value]) => value)).toEqual([50]);
    expect(found("costs 50 € 60 days later").map(([, value]) => value)).toEqual([50, 60]);
  });

  it("finds a currency that only the rule names", () => {
    expect(found("It costs 70 XAU.")).toEqual([]);
    expect(found("It costs 70 XAU.", "XAU")).toEqual([["70 XAU", 70, "XAU"]]);
  });

  it("never reads a smaller amount than the written one, with any text around it", () => {
    const number = fc.integer({ min: 0, max: 10_000_000 });
    const around = fc.stringMatching(/^[a-z ,.]{0,20}$/);
    fc.assert(
      fc.property(number, around, around, (value, before, after) => {
        const text = `${before} $${value.toLocaleString("en-US")} ${after}`;
        expect(Math.max(...findAmounts(text, null).map((one) => one.value))).toBeGreaterThanOrEqual(
          value,
        );
      }),
    );
  });

  it("reads long runs of figures in time that grows with their length", async () => {
    const took = await leastCpuTime(5_000, () => {
      for (const part of ["1.", "1 ", "123 ", "1,2.", "$", "$1", "k ", "1 a "]) {
        findAmounts(part.repeat(30_000), null);
      }
    });
    expect(took).toBeLessThan(5_000);
  });
});
