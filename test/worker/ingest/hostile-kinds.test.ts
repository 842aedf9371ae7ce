import { beforeAll, describe, it } from "vitest";

import { HOSTILE_FILES } from "../../rules/ingest/hostile-files.ts";
import { HOSTILE_PDFS } from "../../rules/ingest/hostile-pdfs.ts";
import { createIngestion } from "./ingestion.ts";

/** One file for each kind of guard; `hostile-files.long.test.ts` and `hostile-pdf.long.test.ts` have all. */
const FILES = ["elements.docx", "deep.docx", "zip-in-zip.zip", "deep.json", "fences.md"];
const PDFS = ["spaces", "operators", "nested forms", "ranges of characters", "predictor"];

const CASES = [
  ...HOSTILE_FILES.filter(([name]) => FILES.includes(name)),
  ...Object.entries(HOSTILE_PDFS)
    .filter(([name]) => PDFS.includes(name))
    .map(([name, [make, reason]]) => [`${name}.pdf`, make, reason] as const),
];

describe("a hostile file of each kind", () => {
  let ingestion: Awaited<ReturnType<typeof createIngestion>>;
  beforeAll(async () => {
    ingestion = await createIngestion();
  });

  it.for(CASES)(
    "ends with its reason, or with its text: %s",
    async ([name, make, reason], { expect }) => {
      const ending = await ingestion.ingest(name, make());
      expect(ending).toEqual({
        status: reason ? "failed" : "completed",
        message: reason ? expect.stringMatching(reason) : "",
      });
    },
  );
});
