import { Buffer } from "node:buffer";

import { PDF_PAGE_STEPS_MAX } from "../extract-limits.ts";
import { giveTurn } from "../slices.ts";
import { countsTooFar } from "./count-codes.ts";
import { openEncryption } from "./decrypt-pdf.ts";
import { PageWork, type PdfRisk, type StreamWork } from "./page-work.ts";
import type { PdfStream } from "./pdf-objects.ts";
import { type PdfReading, readPdfObjects } from "./read-pdf-objects.ts";
import { StreamMeter } from "./stream-meter.ts";

/** The measured work of a file. */
export type PdfMeasure = {
  /** The steps of its pages, by the numbers of their objects. */
  readonly pages: ReadonlyMap<number, number>;
  /** The nodes of its page tree, which the PDF library walks to find a page. */
  readonly nodes: number;
};

/**
 * Measures a PDF file before the PDF library reads it, and returns the steps of its pages, or the reason not to read
 * it. A PDF bomb is a small file whose streams unpack to gigabytes, or whose pages are billions of operators; the
 * library works through them without a pause. It does not see what is not measured: images, attached files and unsafe
 * font programs, which a text needs not, are overwritten in `bytes`.
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
  if (meter.hasTooManyFonts) return "fonts";
  return await measurePages(reading, meter.works);
}

/** Pages whose steps are computed in about 10 ms. */
const PAGES_A_SLICE = 500;

async function measurePages(
  { objects }: PdfReading,
  works: ReadonlyMap<PdfStream, StreamWork>,
): Promise<PdfMeasure | PdfRisk> {
  const work = new PageWork(objects, works);
  const pages = new Map<number, number>();
  let measured = 0;
  for (const { number, dict } of objects.pages) {
    if (++measured % PAGES_A_SLICE === 0) await giveTurn();
    const steps = work.count(dict);
    if (steps > PDF_PAGE_STEPS_MAX) return work.reason;
    if (number !== null) pages.set(number, Math.max(steps, pages.get(number) ?? 0));
  }
  return { pages, nodes: objects.nodes };
}
