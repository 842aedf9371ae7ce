import type { getDocumentProxy } from "unpdf";

import { ok, type Result } from "../result.ts";
import { hasBearableStreams } from "./check-pdf-streams.ts";
import { invalid, PDF_PAGES_MAX, TEXT_MAX, tooMuchText } from "./extract-limits.ts";
import type { Extracted, ExtractRefusal } from "./ingest-types.ts";
import { joinLines } from "./join-pdf-lines.ts";

/** Extracts the text of a PDF file, page by page. The space between lines separates paragraphs. */
export async function extractPdf(bytes: Uint8Array): Promise<Result<Extracted, ExtractRefusal>> {
  if (!(await hasBearableStreams(bytes))) {
    return invalid(
      "The PDF unpacks to far more than its size. Print it to a new PDF file, or split it, and upload that.",
    );
  }
  // 1.6 MB that only this format needs.
  const unpdf = await import("unpdf");
  try {
    const document = await unpdf.getDocumentProxy(bytes, { isEvalSupported: false, verbosity: 0 });
    try {
      return await readPages(document);
    } finally {
      await document.destroy();
    }
  } catch (error) {
    return explainFailure(error);
  }
}

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

async function readPages(document: PdfDocument): Promise<Result<Extracted, ExtractRefusal>> {
  if (document.numPages > PDF_PAGES_MAX) {
    return invalid(
      `The PDF has ${document.numPages} pages; the maximum is ${PDF_PAGES_MAX}. Split it into smaller files.`,
    );
  }
  const pages: string[] = [];
  let length = 0;
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const text = joinLines(items.filter((item) => "str" in item));
    page.cleanup();
    length += text.length + PAGE_SEPARATOR.length;
    if (length > TEXT_MAX) return tooMuchText();
    if (text !== "") pages.push(text);
  }
  if (pages.length === 0) {
    return invalid(
      "The PDF has no text; its pages are probably scanned images. Run text recognition (OCR) on it and upload the result.",
    );
  }
  return ok({ text: pages.join(PAGE_SEPARATOR), format: "plain" });
}

const PAGE_SEPARATOR = "\n\n";

/**
 * Explains an error of the library, recognised by its name. Each means that the file is at fault and not the service.
 */
function explainFailure(error: unknown): Result<never, ExtractRefusal> {
  const name = error instanceof Error ? error.name : "";
  if (name === "PasswordException") {
    return invalid("The PDF is protected by a password. Save it without one and upload it again.");
  }
  return invalid(
    "The PDF is damaged and cannot be read. Open it in a PDF reader, print it to a new PDF file and upload that.",
  );
}
