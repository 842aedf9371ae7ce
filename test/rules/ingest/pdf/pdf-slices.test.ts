import { describe, expect, it } from "vitest";

import { PdfParser } from "../../../../src/ingest/pdf/syntax/parse-pdf-value.ts";

const SLICE_BYTES_MAX = 110_000;

describe("a value of a PDF file", () => {
  it.each([
    ["a list of references", `[${"8 0 R ".repeat(150_000)}]`],
    ["a list of dictionaries", `[${"<</B [1 (x)]>>".repeat(60_000)}]`],
    ["a dictionary", `<<${Array.from({ length: 80_000 }, (_, at) => `/N${at} ${at} `).join("")}>>`],
    ["lists in lists", `${"[".repeat(90)}${"[1 0 R] ".repeat(100_000)}${"]".repeat(90)}`],
  ])("is read in slices: %s", (_, text) => {
    const bytes = new TextEncoder().encode(`${text} stream`);
    const parser = new PdfParser(bytes, 0);
    const work = parser.readInSlices();
    const positions = [0];
    let step = work.next();
    for (; !step.done; step = work.next()) positions.push(parser.position);
    positions.push(parser.position);
    const longest = positions.slice(1).map((position, at) => position - (positions[at] ?? 0));

    expect(Math.max(...longest)).toBeLessThan(SLICE_BYTES_MAX);
    expect(step.value).toEqual(new PdfParser(bytes, 0).readValue());
    expect(parser.skipKeyword("stream")).toBe(true);
  });
});
