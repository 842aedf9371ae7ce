import { describe, it } from "vitest";

import {
  ASSUMED,
  costTable,
  computeCosts,
  MEASURED,
  SIZES,
} from "../../../scripts/operations/monthly-costs.ts";
import { PAGES } from "./pages.ts";

const textOf = (page: string) => PAGES.find(({ path }) => path === page)?.text ?? "";

const shown = (value: number) => value.toLocaleString("en-US");

describe("the costs in docs/operations.md", () => {
  it("are those that `npm run costs` prints", ({ expect }) => {
    expect(textOf("docs/operations.md")).toContain(costTable());
  });

  it("use the rows that docs/evaluation.md has measured", ({ expect }) => {
    const measured = textOf("docs/evaluation.md");
    const { rowsPerAnswer, rowsPerChunk, d1RowsPerChunk } = MEASURED;

    expect(measured).toContain(`| rows written per answer in storage | ${rowsPerAnswer};`);
    expect(measured).toContain(`| ${rowsPerChunk}, of them ${d1RowsPerChunk} in D1 |`);
  });

  it("state every size and assumption", ({ expect }) => {
    const page = textOf("docs/operations.md");
    const numbers = SIZES.flatMap(({ answers, chunksWritten, chunksStored }) => [
      answers,
      chunksWritten,
      chunksStored,
    ]);
    const missing = [...numbers, ...Object.values(ASSUMED)].filter(
      (value) => !page.includes(shown(value)),
    );
    expect(missing).toEqual([]);
  });

  it("add up", ({ expect }) => {
    for (const size of SIZES) {
      const { parts, production } = computeCosts(size);
      const total = [...parts.values()].reduce((sum, part) => sum + part, 0);
      expect(total).toBeCloseTo(production, 9);
    }
  });
});
