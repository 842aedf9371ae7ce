import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { cutChunks, cutChunksInSlices } from "../../../../src/ingest/chunks/cut-chunks.ts";
import { type Extracted, type ExtractedFormat } from "../../../../src/ingest/ingest-types.ts";
import { estimateTokens } from "../../../../src/ingest/text/estimate-tokens.ts";
import { CHUNKING_AUTO, type Chunking } from "../../../../src/knowledge/chunking.ts";
import { leastCpuTime } from "../../cpu-time.ts";

const markdown = (text: string): Extracted => ({ text, format: "markdown" });

const pieces = fc.oneof(
  fc.constantFrom(
    ..."# Title|\n|\n\n|## Part ##|- item|1. first|```\n|~~~|| a | b ||===|---|\t|  |. |! |。|…|e.g. |Dr. |สวัสดี |漢字。|😀|\ud83d|\ude00".split(
      "|",
    ),
  ),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.lorem({ mode: "sentences", maxCount: 12 }),
);
const texts = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(""));
const formats = fc.constantFrom<ExtractedFormat>("plain", "markdown", "csv", "json");
const chunkings: fc.Arbitrary<Chunking> = fc
  .record({
    chunkTokensMax: fc.integer({ min: 8, max: 120 }),
    share: fc.integer({ max: 50, min: 0 }),
  })
  .map(({ chunkTokensMax, share }) => ({
    chunkTokensMax,
    overlapTokens: Math.floor((chunkTokensMax * share) / 100),
  }));

describe("cutChunks", () => {
  it("cuts exact slices, in order, that contain all text and respect the size", () => {
    fc.assert(
      fc.property(texts, formats, chunkings, (text, format, chunking) => {
        const chunks = cutChunks({ text, format }, chunking);

        let covered = 0;
        // One assertion for all chunks, since an `expect` takes longer than to cut one.
        const wrong = chunks.filter((chunk, index) => {
          const before = chunks[index - 1];
          const leftOut = text.slice(Math.min(covered, chunk.start), chunk.start);
          covered = chunk.end;
          const isSlice = chunk.text === text.slice(chunk.start, chunk.end);
          const isAfter = chunk.end > (before?.end ?? 0) && chunk.start > (before?.start ?? -1);
          const isSmall = estimateTokens(chunk.text) <= chunking.chunkTokensMax * 1.25;
          const isText = chunk.text.trim() !== "" && leftOut.trim() === "";
          return !(isSlice && isAfter && isSmall && isText && chunk.ordinal === index);
        });
        expect(wrong).toEqual([]);
        expect(text.slice(covered).trim()).toBe("");
        expect(cutChunks({ text, format }, chunking)).toEqual(chunks);
      }),
      { numRuns: 500 },
    );
  });

  it("never cuts a surrogate pair", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 50, maxLength: 400 }), (text) => {
        for (const chunk of cutChunks(markdown(text), { chunkTokensMax: 8, overlapTokens: 2 })) {
          expect(chunk.text.isWellFormed()).toBe(true);
        }
      }),
    );
    const faces = "😀".repeat(1_000);
    for (const chunk of cutChunks(markdown(faces), { chunkTokensMax: 9, overlapTokens: 3 })) {
      expect(chunk.text.isWellFormed()).toBe(true);
    }
  });

  it("does not cut an abstract of 215 words", () => {
    const text = `A title\n\n${"Cells of this line express more of the protein. ".repeat(24)}`;

    expect(cutChunks({ text, format: "plain" }, CHUNKING_AUTO)).toHaveLength(1);
  });

  it("avoids a short tail by a larger chunk or by even sizes", () => {
    const sentence = "Every sentence here has the same eight words. ";
    const sizes = [40, 46, 54, 60, 90, 100].map((count) =>
      cutChunks({ text: sentence.repeat(count), format: "plain" }, CHUNKING_AUTO).map(({ text }) =>
        estimateTokens(text),
      ),
    );

    for (const [smallest] of sizes.map((size) => size.toSorted((a, b) => a - b))) {
      expect(smallest).toBeGreaterThan(CHUNKING_AUTO.chunkTokensMax / 4);
    }
  });

  it("repeats whole sentences between chunks of a section", () => {
    const text = "Ten words are in each sentence of this long section. ".repeat(80);
    const [first, second] = cutChunks({ text, format: "plain" }, CHUNKING_AUTO);
    const overlap = text.slice(second?.start, first?.end);

    expect(overlap).toMatch(/^Ten words .*section\.$/);
    expect(estimateTokens(overlap)).toBeLessThanOrEqual(CHUNKING_AUTO.overlapTokens);
  });

  it("starts a chunk at a heading and names the headings above it", () => {
    const body = "Some words that make up a sentence of the body. ".repeat(15);
    const text = `# Guide\n\n${body}\n\n## Install\n\n${body}\n\nUse\n---\n\n${body}`;
    const chunks = cutChunks(markdown(text), CHUNKING_AUTO);

    expect(chunks.map(({ heading }) => heading)).toEqual([
      "Guide",
      "Guide › Install",
      "Guide › Use",
    ]);
    expect(chunks[1]?.text.startsWith("## Install")).toBe(true);
  });

  it("joins sections that are too small under the headings that they share", () => {
    const text = "# FAQ\n\n## One?\n\nYes.\n\n## Two?\n\nNo.\n";

    expect(cutChunks(markdown(text), CHUNKING_AUTO)).toEqual([
      {
        ordinal: 0,
        start: 0,
        end: text.length - 1,
        heading: "FAQ",
        text: text.trim(),
        places: null,
        units: expect.any(String),
      },
    ]);
  });

  it("finds no headings in code", () => {
    const text = `# Shell\n\n\`\`\`sh\n# not a heading\necho hi\n\`\`\`\n`;

    expect(cutChunks(markdown(text), CHUNKING_AUTO).map(({ heading }) => heading)).toEqual([
      "Shell",
    ]);
  });

  it("reads only as much of a long text as the next chunk needs", () => {
    const text = "A badger digs a sett. ".repeat(200_000);
    const pauses = (count: number) => {
      let paused = 0;
      let made = 0;
      for (const chunk of cutChunksInSlices(markdown(text), CHUNKING_AUTO)) {
        if (!chunk) paused++;
        else if (++made === count) break;
      }
      return paused;
    };
    expect(pauses(Number.POSITIVE_INFINITY)).toBeGreaterThan(70);
    expect(pauses(1)).toBeLessThan(20);
  });

  it("makes full chunks of a long text, and even ones at its end", () => {
    const text = "one two three four five six seven. ".repeat(30_000);
    const sizes = cutChunks(markdown(text), CHUNKING_AUTO).map((chunk) =>
      estimateTokens(chunk.text),
    );
    const { chunkTokensMax: most } = CHUNKING_AUTO;
    expect(Math.max(...sizes)).toBeLessThanOrEqual(most);
    expect(Math.min(...sizes)).toBeGreaterThan(most * 0.97);
  });

  it("takes time proportional to the text in any shape", { timeout: 60_000 }, async () => {
    const shapes: [ExtractedFormat, string][] = [
      ["plain", "lorem ipsum dolor "],
      ["plain", "a"],
      ["plain", " "],
      ["plain", ". "],
      ["markdown", "# Heading\ntext\n"],
      ["markdown", "a\n=\n"],
      ["markdown", "```\n"],
      ["markdown", "| a | b |\n"],
      ["json", "{\n"],
    ];
    for (const [format, shape] of shapes) {
      const text = `x${shape.repeat(Math.ceil(1_000_000 / shape.length))}y`;
      const took = await leastCpuTime(10_000, () => cutChunks({ text, format }, CHUNKING_AUTO));
      // A megabyte takes 0.01 to 0.3 s; anything quadratic takes minutes.
      expect(took).toBeLessThan(10_000);
    }
  });
});
