import { describe, expect, it } from "vitest";

import { extractText } from "../../../../src/ingest/extract-text.ts";
import { checkPdf } from "../../../../src/ingest/pdf/check-pdf.ts";
import { readCharacterMap } from "../character-maps.ts";
import { stream } from "../pdf-files.ts";
import { at, cjkFont, drawPdf, UNMAPPED_FONT, utf16 } from "./draw-pdf.ts";
import { PDFS_OF_LAYOUT } from "./layout-pdfs.ts";
import { PDFS_OF_LETTERS } from "./letters-pdfs.ts";

const extract = async (bytes: Uint8Array) => {
  const extracted = await extractText({ bytes, filename: "a.pdf" }, readCharacterMap);
  return extracted.ok ? extracted.value : { ...extracted.error, text: extracted.error.message };
};
const CIPHER = "WKH ZDUUDQWB HQGV DIWHU WZR BHDUV DQG PDB EH HAWHQGHG RQFH";
const cipher = at(72, 700, utf16(CIPHER), { font: 2, size: 6 });

describe("extractText of a PDF file", () => {
  it.each(Object.entries({ ...PDFS_OF_LETTERS, ...PDFS_OF_LAYOUT }))(
    "reads %s",
    async (_, [make, text]) => {
      expect((await extract(make())).text).toBe(text);
    },
  );

  it("counts pages without text and pages whose letters cannot be read", async () => {
    const pages = [
      { content: [at(72, 700, "Readable.")] },
      { content: ["0 0 10 10 re f"] },
      { content: [cipher] },
      { content: [cipher, at(72, 600, "Half of it.")] },
    ];
    expect(await extract(drawPdf(pages, { fonts: [UNMAPPED_FONT] }))).toMatchObject({
      text: "Readable.\n\nHalf of it.",
      format: "plain",
      warnings: [
        { code: "pages_without_text", count: 1 },
        { code: "pages_unreadable", count: 2 },
      ],
    });
  });

  it("refuses a file without a readable letter, and says why", async () => {
    expect((await extract(drawPdf([{ content: [cipher] }], { fonts: [UNMAPPED_FONT] }))).text).toBe(
      "The fonts of the PDF do not say which letters its text has. " +
        "Run text recognition (OCR) on it and upload the result.",
    );
  });

  it("fails, and does not lose text, while a character map cannot be read", async () => {
    const bytes = drawPdf([{ content: [at(72, 700, utf16("保証"), { font: 2 })] }], {
      fonts: [cjkFont("UniJIS-UCS2-H", "Japan1")],
    });
    const reading = extractText({ bytes, filename: "a.pdf" }, () =>
      Promise.reject(new Error("The static files cannot be reached")),
    );
    await expect(reading).rejects.toThrow("character map");
  });

  it("hides the appearances of annotations from the library, and leaves out too many of them", async () => {
    const appearance = stream("BT (drawn by an appearance) Tj ET", "/Subtype /Form");
    const annotation = "/Subtype /FreeText /Rect [0 0 9 9] /Contents (Hi) /AP << /N 900 0 R >>";
    const file = (annotations: number) =>
      drawPdf(
        [
          {
            content: [at(72, 700, "Text.")],
            annotations: Array.from({ length: annotations }, () => annotation),
          },
        ],
        { parts: { 900: appearance } },
      );
    const bytes = file(1);
    expect(await checkPdf(bytes)).toMatchObject({ readsAnnotations: true });
    expect(Buffer.from(bytes).includes("drawn by an appearance")).toBe(false);
    expect(await extract(file(10_001))).toMatchObject({
      text: "Text.",
      format: "plain",
      warnings: [{ code: "annotations_left_out", count: 1 }],
    });
  });
});
