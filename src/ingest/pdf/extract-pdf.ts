import type { getDocumentProxy } from "unpdf";

import { ok, type Result } from "../../result.ts";
import { invalid, PDF_PAGES_MAX, TEXT_MAX, tooMuchText } from "../extract-limits.ts";
import type { Extracted, ExtractRefusal } from "../ingest-types.ts";
import { giveTurn } from "../slices.ts";
import { CharacterMaps, type ReadCharacterMap } from "./character-maps.ts";
import { checkPdf, type PdfMeasure } from "./check-pdf.ts";
import { joinDocument } from "./join-document.ts";
import { type PageText, readPage } from "./read-page.ts";
import type { PdfRisk } from "./work/page-work.ts";
import { PagesWork } from "./work/pages-work.ts";

/**
 * Extracts the text of a PDF file, page by page. Text is placed by its positions on the page, so that columns are read
 * one after the other and lines are joined to paragraphs; a gap between two lines begins a new paragraph. Throws if a
 * character map cannot be read, which is not the file's fault.
 */
export async function extractPdf(
  bytes: Uint8Array,
  readCharacterMap: ReadCharacterMap,
): Promise<Result<Extracted, ExtractRefusal>> {
  const measure = await checkPdf(bytes);
  if (typeof measure === "string") return invalid(RISKS[measure]);
  // 1.6 MB that only this format needs.
  const unpdf = await import("unpdf");
  const maps = new CharacterMaps(readCharacterMap);
  let extracted: Result<Extracted, ExtractRefusal>;
  try {
    const document = await unpdf.getDocumentProxy(bytes, {
      isEvalSupported: false,
      verbosity: 0,
      BinaryDataFactory: maps.factory,
    });
    try {
      extracted = await readPages(document, measure);
    } finally {
      await document.destroy();
    }
  } catch (error) {
    extracted = explainFailure(error);
  }
  if (maps.failure !== null) {
    throw new Error("A character map of PDF.js could not be read", { cause: maps.failure });
  }
  return extracted;
}

const AGAIN = "Print it to a new PDF file, or split it, and upload that.";
const REPAIR = "Open it in a PDF reader, print it to a new PDF file and upload that.";
const OCR = "Run text recognition (OCR) on it and upload the result.";
const RISKS: Readonly<Record<PdfRisk, string>> = {
  bytes: `The PDF unpacks to far more than its size. ${AGAIN}`,
  operators: `The PDF has more drawing operators and values than can be read. ${AGAIN}`,
  objects: `The PDF has a table of more objects than can be read. ${AGAIN}`,
  fonts: `The PDF has fonts with more characters or data than can be read. ${AGAIN}`,
  damaged: `A compressed part of the PDF is damaged. ${REPAIR}`,
  unmeasured: `The PDF is built or compressed in a way that cannot be measured. ${AGAIN}`,
  password: "The PDF is protected by a password. Save it without one and upload it again.",
};

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

async function readPages(
  document: PdfDocument,
  measure: PdfMeasure,
): Promise<Result<Extracted, ExtractRefusal>> {
  if (document.numPages > PDF_PAGES_MAX) {
    return invalid(
      `The PDF has ${document.numPages} pages; the maximum is ${PDF_PAGES_MAX}. Split it into smaller files.`,
    );
  }
  const pages: PageText[] = [];
  let length = 0;
  const work = new PagesWork(measure);
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    // The library never yields by itself: other requests have their turn before a page that would make a slice long.
    if (work.needsTurn(page.ref?.num)) await giveTurn();
    if (work.isTooMuch) return invalid(RISKS.operators);
    const text = await readPage(page, measure);
    page.cleanup();
    length += countCharacters(text);
    if (length > TEXT_MAX) return tooMuchText();
    pages.push(text);
  }
  const labels = await document.getPageLabels();
  const joined = await joinDocument(pages, { labels, readsAnnotations: measure.readsAnnotations });
  if (joined.text !== "") return ok(joined);
  return pages.some(({ isUnreadable }) => isUnreadable)
    ? invalid(`The fonts of the PDF do not say which letters its text has. ${OCR}`)
    : invalid(`The PDF has no text; its pages are probably scanned images. ${OCR}`);
}

const countCharacters = ({ groups, notes }: PageText): number =>
  groups
    .flatMap(({ lines }) => lines)
    .flatMap(({ segments }) => segments)
    .reduce((sum, { text }) => sum + text.length + 1, 0) +
  notes.reduce((sum, note) => sum + note.length, 0);

/**
 * Explains an error of the library, recognised by its name. Each means that the file is at fault and not the service.
 */
function explainFailure(error: unknown): Result<never, ExtractRefusal> {
  const name = error instanceof Error ? error.name : "";
  if (name === "PasswordException") {
    return invalid("The PDF is protected by a password. Save it without one and upload it again.");
  }
  return invalid(`The PDF is damaged and cannot be read. ${REPAIR}`);
}
