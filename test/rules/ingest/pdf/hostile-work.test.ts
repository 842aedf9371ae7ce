import { describe, it } from "vitest";

import { checkPdf } from "../../../../src/ingest/pdf/check-pdf.ts";
import { leastCpuTime } from "../../cpu-time.ts";
import { HOSTILE_PDFS } from "../hostile-pdfs.ts";

describe("the work of a PDF", () => {
  it.for([
    ["circular forms", "operators"],
    ["nested forms", "operators"],
    ["ranges of characters", "fonts"],
    ["ranges of several fonts", "fonts"],
  ] as const)("is too much, and soon known to be: %s", async ([name, risk], { expect }) => {
    const bytes = HOSTILE_PDFS[name]?.[0]() ?? new Uint8Array();
    const took = await leastCpuTime(2_000, async () => {
      expect(await checkPdf(bytes)).toBe(risk);
    });
    expect(took).toBeLessThan(2_000);
  });
});
