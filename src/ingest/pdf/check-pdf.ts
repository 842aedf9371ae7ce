import { Buffer } from "node:buffer";

import { PDF_PAGE_STEPS_MAX } from "../extract-limits.ts";
import { giveTurn } from "../slices.ts";
import { canReadAnnotations, countAnnotationSteps } from "./annotations/annotation-work.ts";
import { openEncryption } from "./encryption/decrypt-pdf.ts";
import type { PdfStream } from "./syntax/pdf-objects.ts";
import { type PdfReading, readPdfObjects } from "./syntax/read-pdf-objects.ts";
import { countsTooFar, timePredefinedMaps } from "./work/count-codes.ts";
import { PageWork, type PdfRisk, type StreamWork } from "./work/page-work.ts";
import { StreamMeter } from "./work/stream-meter.ts";

/** A measure of the work that the PDF library will have with a PDF file. */
export type PdfMeasure = {
  /** The number of steps (operators and characters) of each page, by the number of its object. */
  readonly pages: ReadonlyMap<number, number>;
  /** The number of nodes of the file's page tree, which the PDF library walks to find a page. */
  readonly nodes: number;
  /** True if a font of the file does not say which letters it has. */
  readonly hasUnmappedFonts: boolean;
  /** False if the file has too many annotations and form fields to read. */
  readonly readsAnnotations: boolean;
};

/**
 * Measures a PDF file before the PDF library reads it. Returns the measure, or the reason why the library must not read
 * the file. A PDF bomb is a small file whose streams decompress to gigabytes, or whose pages have billions of
 * operators; the library would work on them without a pause. Parts that are not measured and not needed for the text
 * (images, attached files, unsafe font programs, appearances of annotations) are overwritten in `bytes`, so that the library does not see them.
 */
export async function checkPdf(bytes: Uint8Array): Promise<PdfMeasure | PdfRisk> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reading = await readPdfObjects(file);
  if (!reading) return "unmeasured";
  const decryption = openEncryption(reading.objects, reading.trailers);
  if (typeof decryption === "string") return decryption;
  const meter = new StreamMeter(file, reading.objects, decryption);
  const risk = await meter.measureAll();
  if (risk) return risk;
  const far = countsTooFar(reading.objects);
  if (far) return far;
  if (meter.hasTooManyFonts || timePredefinedMaps(reading.objects) > MAPS_TIME_MAX_MS)
    return "fonts";
  const readsAnnotations = canReadAnnotations(file, reading.objects);
  const measured = await measurePages(reading, meter.works);
  if (typeof measured === "string") return measured;
  return { ...measured, readsAnnotations, hasUnmappedFonts: reading.objects.hasUnmappedFonts };
}

/** Maximum time to read predefined character maps, in milliseconds: that of 80 fonts. */
const MAPS_TIME_MAX_MS = 4_000;
/** Pages whose steps are computed in about 10 ms. */
const PAGES_A_SLICE = 500;

async function measurePages(
  { objects }: PdfReading,
  works: ReadonlyMap<PdfStream, StreamWork>,
): Promise<Pick<PdfMeasure, "pages" | "nodes"> | PdfRisk> {
  const work = new PageWork(objects, works);
  const pages = new Map<number, number>();
  let measured = 0;
  for (const { number, dict } of objects.pages) {
    if (++measured % PAGES_A_SLICE === 0) await giveTurn();
    const steps = work.count(dict);
    if (steps > PDF_PAGE_STEPS_MAX) return work.reason;
    const all = steps + countAnnotationSteps(objects, dict, steps);
    if (number !== null) pages.set(number, Math.max(all, pages.get(number) ?? 0));
  }
  return { pages, nodes: objects.nodes };
}
