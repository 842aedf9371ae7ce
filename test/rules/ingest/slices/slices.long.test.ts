import { scheduler } from "node:timers/promises";

import { describe, it, vi } from "vitest";

import { cutChunksInSlices } from "../../../../src/ingest/chunks/cut-chunks.ts";
import { csvToText } from "../../../../src/ingest/data/csv/csv-to-text.ts";
import { jsonToText } from "../../../../src/ingest/data/json-to-text.ts";
import { measureXml } from "../../../../src/ingest/docx/xml/measure-xml.ts";
import { extractText } from "../../../../src/ingest/extract-text.ts";
import { readPageStyles } from "../../../../src/ingest/html/page-styles.ts";
import type { ExtractedFormat } from "../../../../src/ingest/ingest-types.ts";
import { finishNow } from "../../../../src/ingest/slices.ts";
import { CHUNKING_AUTO } from "../../../../src/knowledge/chunking.ts";
import { makeBlocksInSlices } from "../../../../src/retrieval/segment/make-blocks.ts";
import { readCharacterMap } from "../character-maps.ts";
import { HOSTILE_FILES } from "../hostile-files.ts";

/** The least number of turns that other requests get while a hostile file is read: one in about 20 ms of work. */
const TURNS_OF_FILES = {
  "images.md": 240,
  "tags.md": 130,
  "code.md": 20,
  "row.md": 4,
  "paragraph.md": 9,
  "comments.md": 80,
  "hidden.md": 38,
  "sheet.html": 60,
  "selectors.html": 600,
  "rules.html": 60,
  "list-styles.html": 15,
  "rowspans.html": 12,
  "markup.html": 90,
  "columns.csv": 6,
  "wide.csv": 6,
  "comment.json": 9,
  "strings.json": 7,
  "newlines.json": 25,
  "cells.ipynb": 110,
  "values.ipynb": 4,
  "images.ipynb": 240,
  "doctype.long.xml": 80,
  "elements.xml": 28,
  "utf32.txt": 5,
  "syllables.txt": 7,
};

const MILLION = 1_000_000;

async function countTurns(csv: string): Promise<number> {
  const turns = vi.spyOn(scheduler, "wait");
  await csvToText(csv, 100 * MILLION);
  const { length } = turns.mock.calls;
  turns.mockRestore();
  return length;
}

/** Returns the number of pauses while a text is cut. */
function countPauses(text: string, format: ExtractedFormat): number {
  let pauses = 0;
  for (const chunk of cutChunksInSlices({ text, format }, CHUNKING_AUTO)) if (!chunk) pauses++;
  return pauses;
}

const tag = (count: number) =>
  new TextEncoder().encode(`<w:body><w:p ${'a="b" '.repeat(count)}/></w:body>`);

describe("the work of reading a file pauses", () => {
  it.for([
    ["many short rows", "a\n".repeat(200_000), 80],
    ["a row of many cells", `${"a,".repeat(900_000)}b`, 4],
    ["a cell of many quotation marks", `"${'""'.repeat(500_000)}"`, 4],
    ["a cell of many characters", `"${"a".repeat(5 * MILLION)}"`, 4],
  ] as const)("in CSV: %s", async ([, csv, least], { expect }) => {
    expect(await countTurns(csv)).toBeGreaterThanOrEqual(least);
  });

  it.for([
    ["one long line", "a".repeat(5 * MILLION), "plain", 20],
    ["lines of 190,000 characters", `a: ${"b".repeat(190_000)}\n`.repeat(25), "json", 20],
    ["white space before a line", `${" ".repeat(20 * MILLION)}x`, "plain", 18],
    ["white space in code", `\`\`\`\n${" ".repeat(20 * MILLION)}x`, "markdown", 18],
    ["items of one letter", "- a\n".repeat(100_000), "markdown", 45],
    ["full stops", ". ".repeat(100_000), "plain", 20],
    ["closing marks", `a.${")".repeat(MILLION)}`, "plain", 5],
  ] as const)("in the text: %s", ([, text, format, least], { expect }) => {
    expect(countPauses(text, format)).toBeGreaterThanOrEqual(least);
  });

  it("in JSON: a string of many quotation marks", ({ expect }) => {
    const pauses = [...jsonToText(`["${'\\"'.repeat(500_000)}"]`, 100 * MILLION)];
    expect(pauses.length).toBeGreaterThanOrEqual(24);
  });

  it.for(Object.entries(TURNS_OF_FILES))(
    "in the file %s",
    async ([filename, least], { expect }) => {
      const [, make] = HOSTILE_FILES.find(([name]) => name === filename) ?? [];
      const bytes = make?.() ?? new Uint8Array();
      const turns = vi.spyOn(scheduler, "wait").mockResolvedValue();
      await extractText({ bytes, filename }, readCharacterMap);
      const { length } = turns.mock.calls;
      turns.mockRestore();
      expect(length).toBeGreaterThanOrEqual(least);
    },
  );

  it("in the index of 150,000 words that are all different", ({ expect }) => {
    const words = Array.from({ length: 150_000 }, (_, index) => `w${(index * 7_919) % 150_000}`);
    const chunks = Array.from({ length: 200 }, (_, index) => ({
      heading: [],
      body: words.slice(750 * index, 750 * (index + 1)),
      name: [],
    }));
    const work = makeBlocksInSlices(chunks);
    let pauses = 0;
    while (!work.next().done) pauses++;

    // While terms are gathered, sorted and merged, and while lists are written.
    expect(pauses).toBeGreaterThanOrEqual(110);
  });

  it("and compares an element with no more than 2,000 rules", ({ expect }) => {
    const page = `<style>${".a,".repeat(5_000)}b{display:none}</style>`;
    expect(finishNow(readPageStyles(page)).rulesMost).toBe(2_000);
  });

  it("and ends within a tag of a DOCX file that has too many attributes", ({ expect }) => {
    const { marksMost } = measureXml(tag(1_000)).next().value ?? { marksMost: 0 };
    const read = measureXml(tag(900_000)).next().value;

    expect(marksMost).toBeCloseTo(301);
    expect(read?.marksMost).toBeGreaterThan(130_000);
    expect(read?.marksMost).toBeLessThan(131_000);
  });
});
