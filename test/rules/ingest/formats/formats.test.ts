import { describe, expect, it } from "vitest";

import { extractText } from "../../../../src/ingest/extract-text.ts";
import { describeWarning } from "../../../../src/knowledge/file-warnings.ts";
import { readCharacterMap } from "../character-maps.ts";
import { CSV_FILES } from "./data/csv-files.ts";
import { JSON_FILES } from "./data/json-files.ts";
import { XML_FILES } from "./data/xml-files.ts";
import { ENCODED_FILES } from "./encoded-files.ts";
import type { FormatFile } from "./format-file.ts";
import { HTML_FILES } from "./pages/html-files.ts";
import { MARKDOWN_FILES } from "./pages/markdown-files.ts";
import { TEXT_FILES } from "./text-files.ts";
import { DOCX_FILES } from "./word/docx-files.ts";

const FORMATS: readonly (readonly [format: string, files: readonly FormatFile[]])[] = [
  ["HTML", HTML_FILES],
  ["Markdown", MARKDOWN_FILES],
  ["plain text", TEXT_FILES],
  ["encoded", ENCODED_FILES],
  ["CSV", CSV_FILES],
  ["JSON", JSON_FILES],
  ["XML", XML_FILES],
  ["DOCX", DOCX_FILES],
];

async function extract({ name, source, contentType = "" }: FormatFile) {
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  const extracted = await extractText({ bytes, filename: name, contentType }, readCharacterMap);
  if (!extracted.ok) throw new Error(`${name}: ${extracted.error.message}`);
  const { text, warnings = [] } = extracted.value;
  return { text, warnings: warnings.map(describeWarning) };
}

describe.each(FORMATS)("the text of %s files", (_format, files) => {
  it.each(files)("is exact for $name", async (file) => {
    const { text, warnings = [] } = file;
    expect(await extract(file)).toEqual({ text, warnings });
  });

  it("is that of at least fifteen files", () => {
    expect(files.length).toBeGreaterThanOrEqual(15);
  });
});
