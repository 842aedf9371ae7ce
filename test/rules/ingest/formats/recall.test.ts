import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { extractText } from "../../../../src/ingest/extract-text.ts";
import { readCharacterMap } from "../character-maps.ts";
import { PDFS_OF_LAYOUT } from "../pdf/layout-pdfs.ts";
import { PDFS_OF_LETTERS } from "../pdf/letters-pdfs.ts";
import { CSV_FILES } from "./data/csv-files.ts";
import { JSON_FILES } from "./data/json-files.ts";
import { XML_FILES } from "./data/xml-files.ts";
import { ENCODED_FILES } from "./encoded-files.ts";
import type { FormatFile } from "./format-file.ts";
import { HTML_FILES } from "./pages/html-files.ts";
import { MARKDOWN_FILES } from "./pages/markdown-files.ts";
import { TEXT_FILES } from "./text-files.ts";
import { DOCX_FILES } from "./word/docx-files.ts";

const PDF_FILES: readonly FormatFile[] = Object.entries({
  ...PDFS_OF_LETTERS,
  ...PDFS_OF_LAYOUT,
}).map(([name, [make, text]]) => ({ name: `${name}.pdf`, source: make(), text }));
const FORMATS: readonly (readonly [format: string, files: readonly FormatFile[]])[] = [
  ["PDF", PDF_FILES],
  ["DOCX", DOCX_FILES],
  ["HTML", HTML_FILES],
  ["Markdown", MARKDOWN_FILES],
  ["CSV", CSV_FILES],
  ["JSON", JSON_FILES],
  ["XML", XML_FILES],
  ["plain text", [...TEXT_FILES, ...ENCODED_FILES]],
];
const PAGE = readFileSync("docs/formats.md", "utf8");

const countWords = (text: string) =>
  Map.groupBy(text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [], (word) => word.toLowerCase());
const NUMBERS = /\d+(?:[.,]\d+)*/g;

/** Counts the words of the right text, those of them that were read, and numbers that are not in the right text. */
async function measure({ name, source, contentType = "", text }: FormatFile) {
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  const extracted = await extractText({ bytes, filename: name, contentType }, readCharacterMap);
  const read = extracted.ok ? extracted.value.text : "";
  const found = countWords(read);
  const counts = { words: 0, read: 0, altered: 0 };
  for (const [word, all] of countWords(text)) {
    counts.words += all.length;
    counts.read += Math.min(all.length, found.get(word)?.length ?? 0);
  }
  const right = new Set(text.match(NUMBERS));
  counts.altered = (read.match(NUMBERS) ?? []).filter((number) => !right.has(number)).length;
  return counts;
}

describe("the recall of words", () => {
  it.each(FORMATS)(
    "in %s files is at least 0.99, and as docs/formats.md says",
    async (format, files) => {
      expect(files.length).toBeGreaterThanOrEqual(15);
      const sum = { words: 0, read: 0, altered: 0 };
      for (const file of files) {
        const { words, read, altered } = await measure(file);
        sum.words += words;
        sum.read += read;
        sum.altered += altered;
      }
      const recall = sum.read / sum.words;
      expect(recall).toBeGreaterThanOrEqual(0.99);
      expect(PAGE).toContain(
        `| ${format} | ${files.length} | ${sum.words} | ${recall.toFixed(3)} | ${sum.altered} |`,
      );
    },
  );
});
