import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { cutChunks } from "../../../../src/ingest/chunks/cut-chunks.ts";

const CHUNKING = { chunkTokensMax: 100, overlapTokens: 20 };
const HEADER = "| Product | Price | Note |";
const row = (n: number, note = `note ${n}`) => `| P${n} | ${3 * n} EUR | ${note} |`;
const rows = (count: number) => Array.from({ length: count }, (_, n) => row(n));
const table = (lines: readonly string[]) => [HEADER, "| --- | --- | --- |", ...lines].join("\n");
const cut = (text: string) => cutChunks({ text, format: "markdown" }, CHUNKING);

const person = (n: number, note = "short") => `name: Person${n}; salary: ${n}; note: ${note}`;

describe("a table in chunks", () => {
  it("has whole rows, with its caption and header beside each chunk that begins within it", () => {
    const chunks = cut(`# Prices\n\nPrices of 2026 in EUR\n\n${table(rows(200))}\n\nThe end.`);

    expect(chunks.length).toBeGreaterThan(20);
    const [first, ...others] = chunks;
    expect(first?.heading).toBe("Prices");
    for (const { heading, text } of others) {
      expect(heading).toBe(`Prices\nPrices of 2026 in EUR\n${HEADER}`);
      expect(text).toMatch(/^\| P\d+ \|/);
    }
    for (const { text } of chunks) {
      expect(text.split("\n").filter((line) => /^\| P\d/.test(line))).toSatisfy(
        (lines: readonly string[]) => lines.every((line) => / EUR \| note \d+ \|$/.test(line)),
      );
    }
  });

  it("never cuts a row that a chunk has room for", () => {
    const notes = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(notes, fc.nat({ max: 40 }), (lengths, before) => {
        const lines = lengths.map((length, n) => row(n, "word ".repeat(length).trim() || "x"));
        const text = `${"Word. ".repeat(before)}\n\n${table(lines)}`;
        const starts = new Set(["| ---", ...lines].map((line) => text.indexOf(line)));
        const within = cut(text).filter(({ start }) => start > text.indexOf(HEADER));
        expect(within.filter(({ start }) => !starts.has(start))).toEqual([]);
        expect(within.filter(({ end }) => /\S/.test(text.charAt(end)))).toEqual([]);
      }),
    );
  });

  it("repeats the first cell of a row that is larger than a chunk", () => {
    const [first, ...others] = cut(table([row(1), row(7, "word ".repeat(300)), row(9)]));

    expect(first?.text).toContain("| P1 |");
    const inside = others.filter(({ text }) => text.startsWith("word"));
    expect(inside.length).toBeGreaterThan(1);
    for (const { heading } of inside) expect(heading).toBe(`${HEADER}\n| P7 |`);
  });

  it.each([
    ["without bars at the sides", "Name | Age\n--- | ---\n", "Ann | 4\n", "Name | Age"],
    [
      "with two header rows",
      "| a | b |\n| c | d |\n| - | - |\n",
      "| e | f |\n",
      "| a | b |\n| c | d |",
    ],
    ["without a header", "", "| e | f |\n", ""],
  ])("is recognised %s", (_, head, line, heading) => {
    const chunks = cut(`${head}${line.repeat(200)}`);
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.at(-1)?.heading).toBe(heading);
    expect(chunks.at(-1)?.text.startsWith(line.trim())).toBe(true);
  });

  it("is not seen in code, in lists or in a single line with a bar", () => {
    const chunks = cut(`\`\`\`\n${"| a | b |\n".repeat(200)}\`\`\`\n\n- a | b\n\nx | y\n\nz`);
    expect(chunks.map(({ heading }) => heading)).toEqual(chunks.map(() => ""));
  });

  it("keeps the rows of a CSV file whole, with the first value of one that was cut", () => {
    const text = [person(1), person(2, "word ".repeat(300).trim()), person(3)].join("\n");
    const chunks = cutChunks({ text, format: "csv" }, CHUNKING);
    expect(
      chunks
        .slice(1, -1)
        .every(({ heading, text: own }) =>
          own.startsWith("name:") ? heading === "" : heading === "name: Person2;",
        ),
    ).toBe(true);
    expect(chunks.some(({ heading }) => heading === "name: Person2;")).toBe(true);
  });
});
