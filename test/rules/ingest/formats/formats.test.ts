import { describe, expect, it } from "vitest";

import { extractText } from "../../../../src/ingest/extract-text.ts";
import { describeWarning } from "../../../../src/knowledge/file-warnings.ts";
import { readCharacterMap } from "../character-maps.ts";
import { CSV_FILES } from "./csv-files.ts";
import { DOCX_FILES } from "./docx-files.ts";
import { ENCODED_FILES } from "./encoded-files.ts";
import type { FormatFile } from "./format-file.ts";
import { HTML_FILES } from "./html-files.ts";
import { JSON_FILES } from "./json-files.ts";
import { MARKDOWN_FILES } from "./markdown-files.ts";
import { TEXT_FILES } from "./text-files.ts";
import { XML_FILES } from "./xml-files.ts";

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
