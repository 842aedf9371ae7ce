import { describe, expect, it } from "vitest";

import type { FileCitation, OutputItem } from "../../../console/api/operations.ts";
import { readCitedText } from "../../../console/pages/ask/citations.ts";
import { cursorBefore, joinChunks } from "../../../console/parts/source/chunks.ts";

const cite = (end: number, source: number): FileCitation => ({
  type: "file_citation",
  file_id: "file-1",
  filename: "a.md",
  index: 0,
  end_index: end,
  source_start: source,
  source_end: source + 5,
});

const message = (text: string, annotations: FileCitation[]): OutputItem => ({
  id: "msg_1",
  type: "message",
  status: "completed",
  role: "assistant",
  content: [{ type: "output_text", text, annotations, logprobs: [] }],
});

/** Writes the marks of a text as numbers in brackets. */
const legible = (text: string) =>
  text.replaceAll(
    /\ue000([\ue100-\uf8ff])/g,
    (_whole, mark: string) => `[${mark.charCodeAt(0) - 0xe100}]`,
  );

describe("readCitedText", () => {
  it("writes a mark after each cited sentence, the same one for the same place", () => {
    const { text, sources } = readCitedText([
      message("One. Two. Three.", [cite(4, 10), cite(9, 20), cite(9, 10), cite(16, 10)]),
    ]);

    expect(legible(text)).toBe("One.[1] Two.[2][1] Three.[1]");
    expect(sources.map(({ number, citation }) => [number, citation.source_start])).toEqual([
      [1, 10],
      [2, 20],
    ]);
  });

  it("takes no mark from a model", () => {
    const { text, sources } = readCitedText([message("A\ue000\ue101 false mark.", [])]);

    expect(text).toBe("A\ufffd\ufffd false mark.");
    expect(sources).toEqual([]);
  });
});

const chunk = (index: number, start: number, text: string) => ({
  id: `chunk_ab_${index}`,
  object: "vector_store.file.chunk" as const,
  index,
  start_index: start,
  end_index: start + text.length,
  heading_path: [],
  page: null,
  table: null,
  row: null,
  text,
});

describe("joinChunks", () => {
  it("shows once what a chunk repeats of the one before it", () => {
    const passages = joinChunks([
      chunk(0, 0, "one two "),
      chunk(1, 4, "two three"),
      chunk(2, 13, "!"),
    ]);

    expect(passages.map(({ text }) => text)).toEqual(["one two ", "three", "!"]);
    expect(passages.map(({ start }) => start)).toEqual([0, 8, 13]);
  });

  it("begins in the middle of a file with a whole chunk", () => {
    expect(joinChunks([chunk(4, 100, "four")])[0]).toMatchObject({ start: 100, text: "four" });
  });
});

describe("cursorBefore", () => {
  it("is a few chunks before a chunk, and none near the beginning", () => {
    expect(cursorBefore("chunk_ab_12")).toBe("chunk_ab_8");
    expect(cursorBefore("chunk_ab_3")).toBeUndefined();
    expect(cursorBefore("unknown")).toBeUndefined();
  });
});
