import { describe, expect, it } from "vitest";

import { findUnpaired, formatPairs, readPairs } from "../../../console/pages/stores/pairs.ts";

describe("metadata as text", () => {
  it("is a line for each pair, and read as it was written", () => {
    const pairs = { team: "people", formula: "a = b" };

    expect(formatPairs(pairs)).toBe("team = people\nformula = a = b");
    expect(readPairs(formatPairs(pairs))).toEqual(pairs);
    expect(readPairs("empty =\n\n")).toEqual({ empty: "" });
  });

  it("has lines that are no pair, which are found", () => {
    expect(findUnpaired("team = people\nteam\n = people\n\n")).toEqual(["team", " = people"]);
    expect(findUnpaired("")).toEqual([]);
  });
});
