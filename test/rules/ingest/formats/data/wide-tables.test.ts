import { describe, it } from "vitest";

import { csvToText } from "../../../../../src/ingest/data/csv/csv-to-text.ts";

/** Words in the first two rows, and numbers below them. The first row lacks a name, so words alone make no names. */
function table(columns: number): string {
  const row = (cell: (at: number) => string) =>
    Array.from({ length: columns }, (_, at) => cell(at)).join(",");
  const numbers = Array.from({ length: 20 }, (_, line) => row((at) => String(at + line * 7)));
  const names = row((at) => (at === 5 ? "" : `name${at}x`));
  return [names, row((at) => `word${at}y`), ...numbers, ""].join("\n");
}

describe("a table with many columns", () => {
  it.for([
    ["keeps a few rows before their text is written", 15_000, true],
    ["keeps at most 50,000 cells, here two rows", 30_000, false],
  ] as const)("%s", async ([, columns, seesNumbers], { expect }) => {
    const converted = await csvToText(table(columns), 100_000_000);
    expect(converted?.text.includes(": ")).toBe(seesNumbers);
  });
});
