import { describe, it } from "vitest";

import { checkPdf } from "../../../../src/ingest/pdf/check-pdf.ts";
import { HOSTILE_PDFS } from "../hostile-pdfs.ts";

describe("a font program that would be much work", () => {
  it.for([
    ["font program", false],
    ["good font program", true],
  ] as const)("is overwritten, and no other one: %s", async ([name, isKept], { expect }) => {
    const bytes = HOSTILE_PDFS[name]?.[0]() ?? new Uint8Array();
    const before = bytes.slice();
    await checkPdf(bytes);
    expect(Buffer.from(bytes).equals(before)).toBe(isKept);
  });
});
