import { describe, expect, it } from "vitest";

import { formatCurl } from "../../../console/api/curl.ts";
import { compareRanks, type Hit } from "../../../console/pages/search/compare-ranks.ts";
import { readBars } from "../../../console/parts/waterfall.tsx";
import { findLeftOut, readWhere } from "../../../console/state/where.ts";
import {
  formatAge,
  formatBytes,
  formatDuration,
  legible,
  visible,
} from "../../../console/state/words.ts";

describe("readWhere", () => {
  it("reads a condition on each line, and all of them have to hold", () => {
    expect(readWhere("department = people")).toEqual({
      type: "eq",
      key: "department",
      value: "people",
    });
    expect(readWhere("year >= 2025\n\ndraft != true\nnonsense")).toEqual({
      type: "and",
      filters: [
        { type: "gte", key: "year", value: 2025 },
        { type: "ne", key: "draft", value: true },
      ],
    });
    expect(readWhere(`code = "007"`)).toEqual({ type: "eq", key: "code", value: "007" });
    expect(readWhere(" \n")).toBeNull();
  });

  it("leaves out what is no condition, which is found", () => {
    expect(findLeftOut("year >= 2025\n\nnonsense\n = 3\ndraft != true")).toEqual([
      "nonsense",
      " = 3",
    ]);
    expect(findLeftOut("")).toEqual([]);
  });
});

const hit = (file: string): Hit => ({
  file_id: file,
  filename: file,
  score: 1,
  attributes: {},
  content: [{ type: "text", text: file }],
});

describe("compareRanks", () => {
  it("pairs the passages that are in both lists", () => {
    const { left, right, pairs } = compareRanks([hit("a"), hit("b")], [hit("c"), hit("a")]);

    expect(left.map(({ otherRank }) => otherRank)).toEqual([1, null]);
    expect(right.map(({ otherRank }) => otherRank)).toEqual([null, 0]);
    expect(pairs).toEqual([[0, 1]]);
  });
});

describe("legible", () => {
  it("shows marks that reorder or hide text, and cuts a huge name", () => {
    expect(legible("\u202egnp.exe\u200b")).toBe("\ufffdgnp.exe\ufffd");
    expect(legible("a".repeat(1_000))).toHaveLength(301);
    expect(legible("日本語 é")).toBe("日本語 é");
  });
});

describe("visible", () => {
  it("shows marks that reorder or hide text, and keeps its lines", () => {
    expect(visible("a\tb\r\n\u202egnp\u2069\u0007\ufeff")).toBe(
      "a\tb\r\n\ufffdgnp\ufffd\ufffd\ufffd",
    );
  });
});

describe("the formats of sizes and times", () => {
  it("are short, and never round up to the next unit", () => {
    expect([0, 999, 18_204, 5_000_000].map(formatBytes)).toEqual([
      "0 B",
      "999 B",
      "18.2 KB",
      "5.0 MB",
    ]);
    expect([12, 2_140, 65_000, 7_260_000].map(formatDuration)).toEqual([
      "12 ms",
      "2.1 s",
      "1 min 5 s",
      "2 h 1 min",
    ]);
    expect([995, 941, 820].map((at) => formatAge(at, 1_000))).toEqual([
      "now",
      "59 sec. ago",
      "3 min. ago",
    ]);
  });
});

const event = (
  sequence: number,
  type: "run.started" | "step.completed",
  at: number,
  step: string | null,
) =>
  ({
    id: "",
    object: "workflow.run.event",
    sequence_number: sequence,
    run_id: "",
    type,
    created_at: at,
    step,
    detail: null,
  }) as const;

describe("readBars", () => {
  it("begins a step without a start at the event before it", () => {
    const bars = readBars([
      event(1, "run.started", 10, null),
      event(2, "step.completed", 11, "retrieve"),
      event(3, "step.completed", 13.5, "generate"),
    ]);

    expect(bars.map(({ step, from, to }) => [step, from, to])).toEqual([
      ["retrieve", 0, 1_000],
      ["generate", 1_000, 3_500],
    ]);
  });
});

describe("formatCurl", () => {
  it("quotes for a shell, and names the key as a variable", () => {
    Object.assign(globalThis, { location: { origin: "https://rag.example" } });

    expect(formatCurl({ method: "POST", url: "/v1/files", body: `{"a":"it's"}` })).toBe(
      [
        `curl -X POST 'https://rag.example/v1/files' \\`,
        `  -H "Authorization: Bearer $EDGEWISE_API_KEY" \\`,
        `  -H "Content-Type: application/json" \\`,
        `  -d '{"a":"it'\\''s"}'`,
      ].join("\n"),
    );
  });
});
