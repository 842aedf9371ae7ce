import {
  isArray,
  type PdfDict,
  type PdfValue,
  readName,
  readRef,
} from "../syntax/parse-pdf-value.ts";
import { isStream, type PdfObjects } from "../syntax/pdf-objects.ts";

/** More codes than a font has characters. The library counts all of them, and a file may say four billion. */
const CODES_MAX = 1_000_000;

/**
 * Tests whether numbers in a PDF file would make the PDF library loop for too long: over more character codes than any
 * real font has ("fonts"), or over more object numbers than any real file has ("objects"). Returns null if not.
 */
export function countsTooFar(objects: PdfObjects): "fonts" | "objects" | null {
  const tables = objects.counting.filter(isTable);
  const isEndless = (dict: PdfDict) =>
    readLists(objects, dict.get("W")).some((widths) => !widths.some(isWide));
  if (tables.some(isEndless)) return "objects";
  return objects.counting.some((dict) => hasTooManyWidths(objects, dict)) ? "fonts" : null;
}

function hasTooManyWidths(objects: PdfObjects, dict: PdfDict): boolean {
  if (objects.resolveNumbers(dict.get("LastChar")).some((last) => last > CODES_MAX)) return true;
  if (isTable(dict)) return false;
  return (
    readLists(objects, dict.get("W")).some((widths) => reachesTooFar(objects, widths, 3)) ||
    readLists(objects, dict.get("W2")).some((widths) => reachesTooFar(objects, widths, 5))
  );
}

/**
 * Tests whether a dictionary belongs to a cross-reference table. In such a dictionary the entry `W` has other numbers
 * than the widths of a font.
 */
export const isTable = (dict: PdfDict): boolean =>
  readName(dict.get("Type")) === "XRef" || dict.has("Index") || dict.has("Size");

const isWide = (width: PdfValue) => typeof width === "number" && width > 0;

function readLists(objects: PdfObjects, value: PdfValue | undefined): (readonly PdfValue[])[] {
  return objects
    .resolve(value)
    .flatMap((object) => (!isStream(object) && isArray(object) ? [object] : []));
}

/** Widths are a first code and an array, or a first code, a last code and what they have. */
function reachesTooFar(objects: PdfObjects, widths: readonly PdfValue[], length: 3 | 5): boolean {
  let codes = 0;
  for (let at = 0; at + 1 < widths.length;) {
    const [first, last] = [widths[at], widths[at + 1]];
    // No program writes a code elsewhere in the file.
    if (
      readRef(first) !== null ||
      (readRef(last) !== null && readLists(objects, last).length === 0)
    )
      return true;
    const isRange = typeof first === "number" && typeof last === "number";
    if (isRange) codes += Math.max(0, last - first);
    at += isRange ? length : 2;
  }
  return codes > CODES_MAX;
}

/**
 * Returns the time in milliseconds that the PDF library takes to read the predefined character maps of all fonts: it
 * reads them for each font again, and cannot yield in between.
 */
export function timePredefinedMaps(objects: PdfObjects): number {
  const times = objects.compositeFonts.map((font) => {
    const encodings = objects.resolve(font.get("Encoding"));
    const names = encodings.map((encoding) => (isStream(encoding) ? null : readName(encoding)));
    const isIdentity = names.every((name) => name?.startsWith("Identity-") === true);
    if (!isIdentity) return Math.max(...names.map((name) => timeMap(name ?? "")));
    return font.has("ToUnicode") || !objects.hasCjkCollections ? 0 : TIME_OF_SMALL_MAP_MS;
  });
  return times.reduce((sum, time) => sum + time, 0);
}

/** Times in workerd, with the map from the font's characters to Unicode. */
const TIME_OF_SMALL_MAP_MS = 50;
const TIME_OF_UTF16_MAP_MS = 150;
const TIME_OF_UTF32_MAP_MS = 250;

const timeMap = (name: string) =>
  name.includes("UTF32")
    ? TIME_OF_UTF32_MAP_MS
    : /UTF(?:16|8)/.test(name)
      ? TIME_OF_UTF16_MAP_MS
      : TIME_OF_SMALL_MAP_MS;
