import { describe, expect, it } from "vitest";

import { countAttributes, countChunkings } from "../../../console/pages/stores/count-values.ts";

describe("the attributes of files", () => {
  it("are counted, with their most frequent values", () => {
    const files = [
      { attributes: { year: 2026, department: "people" } },
      { attributes: { year: 2025 } },
      { attributes: { year: 2026 } },
    ];
    expect(countAttributes(files)).toEqual([
      { name: "year", count: 3, values: ["2026", "2025"], more: 0 },
      { name: "department", count: 1, values: ["people"], more: 0 },
    ]);
  });

  it("show five values each, with hidden marks made visible", () => {
    const files = ["a", "b", "c", "d", "e", "f", "\u202eg"].map((note) => ({
      attributes: { note },
    }));
    expect(countAttributes(files)).toMatchObject([{ count: 7, more: 2 }]);
    expect(countAttributes(files.slice(-1))[0]?.values).toEqual(["\ufffdg"]);
  });
});

const cutInto = (tokens: number) => ({
  chunking_strategy: {
    type: "static" as const,
    static: { max_chunk_size_tokens: tokens, chunk_overlap_tokens: 60 },
  },
});

describe("the chunks of files", () => {
  it("are counted by their sizes", () => {
    expect(countChunkings([cutInto(400), cutInto(800), cutInto(400)])).toEqual([
      { tokens: 400, overlap: 60, count: 2 },
      { tokens: 800, overlap: 60, count: 1 },
    ]);
  });
});
