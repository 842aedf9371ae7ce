import { beforeAll, describe, it } from "vitest";

import { HOSTILE_PDFS } from "../../rules/ingest/hostile-pdfs.ts";
import {
  compressed,
  encryption128,
  encryption256,
  pdfOf,
  SENTENCE,
} from "../../rules/ingest/pdf-files.ts";
import { createIngestion } from "./ingestion.ts";

/** Files that forbid printing open without a password. Each has a page of more than 32 KB. */
const ENCRYPTIONS = {
  "RC4, 128 bits": () => encryption128("V2"),
  "AES, 128 bits": () => encryption128("AESV2"),
  "AES, 256 bits, revision 5": () => encryption256(5),
  "AES, 256 bits, revision 6": () => encryption256(6),
};

describe("a hostile PDF file", () => {
  let ingestion: Awaited<ReturnType<typeof createIngestion>>;
  beforeAll(async () => {
    ingestion = await createIngestion();
  });

  it.for(Object.entries(HOSTILE_PDFS))(
    "ends with its reason, or with its text: %s",
    { timeout: 60_000 },
    async ([name, [make, reason]], { expect }) => {
      const ending = await ingestion.ingest(`${name}.pdf`, make());
      expect(ending).toEqual({
        status: reason ? "failed" : "completed",
        message: reason ? expect.stringMatching(reason) : "",
      });
      if (!reason) expect(await ingestion.search("badger setts")).toContain(`${name}.pdf`);
    },
  );

  it.for(Object.entries(ENCRYPTIONS))(
    "is read if it is encrypted without a password: %s",
    async ([name, make], { expect }) => {
      const lines = Array.from({ length: 4_000 }, (_, line) => `(${Math.sin(line)} ) Tj 0 -14 Td`);
      const page = compressed(`${SENTENCE} BT /F1 9 Tf ${lines.join(" ")} ET`);
      expect(page.stream?.length).toBeGreaterThan(32 * 1024);
      const ending = await ingestion.ingest(name, pdfOf({ 5: page }, { encrypt: make() }));
      expect(ending).toEqual({ status: "completed", message: "" });
      expect(await ingestion.search("badger setts")).toContain(name);
    },
  );
});
