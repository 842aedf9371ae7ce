import { describe, expect, it } from "vitest";

import type { Filter } from "../../../src/knowledge/attributes.ts";
import { matchesFilter } from "../../../src/retrieval/filter.ts";

const FILE = { year: 2024, lang: "de", draft: false, zero: 0, empty: "" };

const matches = (filter: Filter) => matchesFilter(filter, FILE);

describe("matchesFilter", () => {
  it.each<[Filter["type"], string, string | number | boolean | (string | number)[], boolean]>([
    ["eq", "year", 2024, true],
    ["eq", "year", "2024", false],
    ["eq", "draft", false, true],
    ["eq", "zero", false, false],
    ["eq", "missing", "", false],
    ["ne", "year", 2023, true],
    ["ne", "year", 2024, false],
    ["ne", "missing", 1, true],
    ["gt", "year", 2023, true],
    ["gt", "year", 2024, false],
    ["gte", "year", 2024, true],
    ["lt", "year", 2025, true],
    ["lt", "zero", 0, false],
    ["lte", "zero", 0, true],
    ["lt", "lang", "en", true],
    ["gt", "lang", "en", false],
    ["gte", "lang", "de", true],
    ["lt", "lang", 5, false],
    ["gt", "missing", 0, false],
    ["lte", "missing", 0, false],
    ["in", "lang", ["en", "de"], true],
    ["in", "year", ["2024"], false],
    ["in", "missing", ["x"], false],
    ["in", "lang", [], false],
    ["nin", "lang", ["en"], true],
    ["nin", "lang", ["de"], false],
    ["nin", "missing", ["x"], true],
    ["eq", "toString", "x", false],
    ["ne", "__proto__", "x", true],
  ])("%s %s %j is %s", (type, key, value, expected) => {
    if (type === "and" || type === "or") throw new Error("This table has only comparisons");
    expect(matchesFilter({ type, key, value }, FILE)).toBe(expected);
  });

  it("nests and, or; without filters, and is true and or is false", () => {
    const yes: Filter = { type: "eq", key: "year", value: 2024 };
    const no: Filter = { type: "eq", key: "year", value: 1 };

    expect(matches({ type: "and", filters: [yes, { type: "or", filters: [no, yes] }] })).toBe(true);
    expect(matches({ type: "or", filters: [no, { type: "and", filters: [yes, no] }] })).toBe(false);
    expect(matches({ type: "and", filters: [] })).toBe(true);
    expect(matches({ type: "or", filters: [] })).toBe(false);
  });
});
