import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { extractText } from "../../../src/ingest/extract-text.ts";
import { describeWarning } from "../../../src/knowledge/file-warnings.ts";
import { readCharacterMap } from "../../../src/platform/read-character-map.ts";
import { CSV_FILES } from "../../rules/ingest/formats/data/csv-files.ts";
import { JSON_FILES } from "../../rules/ingest/formats/data/json-files.ts";
import { XML_FILES } from "../../rules/ingest/formats/data/xml-files.ts";
import { ENCODED_FILES } from "../../rules/ingest/formats/encoded-files.ts";
import { HTML_FILES } from "../../rules/ingest/formats/pages/html-files.ts";
import { TEXT_FILES } from "../../rules/ingest/formats/text-files.ts";
import { DOCX_FILES } from "../../rules/ingest/formats/word/docx-files.ts";

const readMap = (filename: string) => readCharacterMap(env, filename);

/** The decoders of workerd are not those of Node. */
describe("the text of a file in workerd", () => {
  it.for([
    ...TEXT_FILES,
    ...ENCODED_FILES,
    ...HTML_FILES,
    ...DOCX_FILES,
    ...CSV_FILES,
    ...JSON_FILES,
    ...XML_FILES,
  ])(
    "is exact for $name",
    async ({ name, source, contentType = "", text, warnings = [] }, { expect }) => {
      const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
      const extracted = await extractText({ bytes, filename: name, contentType }, readMap);
      const read = extracted.ok ? extracted.value : { text: extracted.error.message };
      expect(read.text).toBe(text);
      const lost = "warnings" in read ? (read.warnings ?? []) : [];
      expect(lost.map(describeWarning)).toEqual(warnings);
    },
  );
});
