import type { Buffer } from "node:buffer";

import { lookUp } from "../../../record.ts";
import { PDF_STREAM_BYTES_MAX } from "../../extract-limits.ts";
import { finishInTurns, giveTurn } from "../../slices.ts";
import { inflatePieces } from "../../zip/inflate-pieces.ts";
import { isArray, type PdfDict, type PdfValue, readName } from "./parse-pdf-value.ts";
import { isStream, type PdfObjects, type PdfStream } from "./pdf-objects.ts";
import { findEnd } from "./read-pdf-objects.ts";
import { type PlainFilter, undoFilter } from "./undo-filters.ts";

/**
 * The result of decoding a PDF stream. "stopped": `onPiece` returned false. "too much": the content exceeds a limit.
 * "damaged": the PDF library may find more content than was passed to `onPiece`.
 */
export type StreamReading = "complete" | "stopped" | "too much" | "damaged" | "unknown filter";

/** Finds the start and end of a stream's bytes in its file, as indexes. */
export function findBody(
  file: Buffer,
  objects: PdfObjects,
  { start, dict }: PdfStream,
): { readonly start: number; readonly end: number } {
  return { start, end: findEnd(file, start, objects.resolveNumbers(dict.get("Length"))) };
}

/**
 * Decodes a PDF stream: applies its filters to `body` and passes the content to `onPiece` in pieces. `onPiece` returns
 * false to stop.
 */
export async function readPdfStream(
  objects: PdfObjects,
  dict: PdfDict,
  body: Uint8Array,
  onPiece: (piece: Uint8Array) => boolean,
): Promise<StreamReading> {
  const filters = readFilters(objects, dict);
  const flateAt = filters.indexOf(FLATE);
  const plain = filters.slice(0, flateAt < 0 ? filters.length : flateAt);
  const isKnown = plain.every(isPlain) && (flateAt < 0 || flateAt === filters.length - 1);
  const earlyChange = readParameter(objects, dict, "EarlyChange") ?? 1;
  if (!isKnown || filters.length > FILTERS_MAX || earlyChange < 0 || earlyChange > 1) {
    return "unknown filter";
  }
  let data = body;
  for (const filter of plain.filter(isPlain)) {
    const limits = { sizeMax: PDF_STREAM_BYTES_MAX, earlyChange };
    const undone = await finishInTurns(undoFilter(filter, data, limits));
    if (undone === null) return "too much";
    data = undone;
  }
  if (flateAt < 0) return await passOn(data, onPiece);
  // The library takes a stream with another header for an empty one.
  if (!isZlib(data)) return "complete";
  const inflated = await inflatePieces(data, "deflate", onPiece);
  return inflated === "truncated" ? "complete" : inflated;
}

/** Tests whether a stream has a predictor, a function that changes its bytes once more after its filters are undone. */
export const hasPredictor = (objects: PdfObjects, dict: PdfDict): boolean =>
  (readParameter(objects, dict, "Predictor") ?? 1) > 1;

const FLATE = "FlateDecode";
/** No program needs more. */
const FILTERS_MAX = 3;
const PIECE_BYTES = 1024 * 1024;
const SHORT_NAMES: Readonly<Record<string, string>> = {
  Fl: FLATE,
  AHx: "ASCIIHexDecode",
  A85: "ASCII85Decode",
  RL: "RunLengthDecode",
  LZW: "LZWDecode",
};
const PLAIN: readonly string[] = [
  "ASCIIHexDecode",
  "ASCII85Decode",
  "RunLengthDecode",
  "LZWDecode",
];
const isPlain = (filter: string): filter is PlainFilter => PLAIN.includes(filter);

async function passOn(data: Uint8Array, onPiece: (piece: Uint8Array) => boolean) {
  for (let at = 0; at < data.length; at += PIECE_BYTES) {
    if (at > 0) await giveTurn();
    if (!onPiece(data.subarray(at, at + PIECE_BYTES))) return "stopped";
  }
  return "complete";
}

/** Returns the filters in the order in which they are undone. The library ignores a filter that it does not know. */
function readFilters(objects: PdfObjects, dict: PdfDict): string[] {
  return listEntries(objects, dict.get("F") ?? dict.get("Filter"))
    .flatMap((entry) => objects.resolve(entry))
    .map((filter) => (isStream(filter) ? null : readName(filter)) ?? "")
    .map((name) => lookUp(SHORT_NAMES, name) ?? name)
    .filter((name) => name === FLATE || name === "BrotliDecode" || isPlain(name));
}

/** The largest of a parameter's values. */
function readParameter(objects: PdfObjects, dict: PdfDict, key: string): number | undefined {
  return listEntries(objects, dict.get("DP") ?? dict.get("DecodeParms"))
    .flatMap((entry) => objects.resolveDicts(entry))
    .flatMap((parameters) => objects.resolveNumbers(parameters.get(key)))
    .toSorted((a, b) => b - a)[0];
}

function listEntries(objects: PdfObjects, value: PdfValue | undefined): readonly PdfValue[] {
  return objects
    .resolve(value)
    .flatMap((object) => (isStream(object) ? [] : isArray(object) ? object : [object]));
}

/**
 * Tests as the PDF library does whether data begins with a zlib header: the method and the check bits must be right,
 * and there must be no preset dictionary.
 */
export function isZlib(bytes: Uint8Array): boolean {
  const [method, flags] = bytes;
  if (method === undefined || flags === undefined) return false;
  return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0 && (flags & 0x20) === 0;
}
