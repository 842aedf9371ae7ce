import { finishInTurns, giveTurn } from "../../slices.ts";
import { isDict, PdfParser, PdfSyntaxError } from "./parse-pdf-value.ts";
import type { PdfObjects, PdfStream } from "./pdf-objects.ts";
import { DictFinder } from "./read-pdf-objects.ts";

/** Objects that are parsed in about 10 ms. */
const OBJECTS_A_SLICE = 2_000;

/**
 * Adds to `objects` the objects inside an object stream, whose decompressed bytes are `content`. Each is read at the
 * position that the stream declares for it, as by the PDF library. Returns false if one of them is itself a stream,
 * which the standard forbids.
 */
export async function readObjectStream(
  objects: PdfObjects,
  { dict }: PdfStream,
  content: Uint8Array,
): Promise<boolean> {
  const count = Math.max(0, ...objects.resolveNumbers(dict.get("N")));
  const first = Math.max(0, ...objects.resolveNumbers(dict.get("First")));
  const header = readHeader(content, count);
  const finder = new DictFinder(objects);
  for (const [index, { number, offset }] of header.entries()) {
    if (index % OBJECTS_A_SLICE === OBJECTS_A_SLICE - 1) await giveTurn();
    const next = header[index + 1];
    // The library reads nothing of an object without a length, and stops at one with a negative length.
    if (next && next.offset < offset) break;
    const end = next ? Math.min(content.length, first + next.offset) : content.length;
    finder.number = number;
    const parser = new PdfParser(content, first + offset, end, finder.add);
    try {
      const value = await finishInTurns(parser.readInSlices());
      if (isDict(value) && parser.skipKeyword("stream")) return false;
      objects.add(number, value);
    } catch (error) {
      if (!(error instanceof PdfSyntaxError)) throw error;
    }
  }
  return true;
}

/** Reads pairs of an object's number and its place. */
function readHeader(content: Uint8Array, count: number): { number: number; offset: number }[] {
  const parser = new PdfParser(content, 0);
  const header: { number: number; offset: number }[] = [];
  while (header.length < count) {
    const number = parser.readItem();
    const offset = parser.readItem();
    if (typeof number !== "number" || typeof offset !== "number") break;
    header.push({ number, offset });
  }
  return header;
}
