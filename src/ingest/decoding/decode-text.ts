import { err, ok, type Result } from "../../result.ts";
import { invalid, SOURCE_BYTES_MAX, SOURCE_TOO_LARGE, unsupported } from "../extract-limits.ts";
import type { ExtractRefusal } from "../ingest-types.ts";
import type { Sliced, SlicedItems } from "../slices.ts";
import {
  findByMark,
  findDeclared,
  type FoundEncoding,
  guessWide,
  isWestern,
  isWide,
} from "./find-encoding.ts";
import { findSevenBit, guessEncoding } from "./guess-encoding.ts";

/** The text of a file, and its encoding if that was guessed. */
export type DecodedFile = { readonly text: string; readonly guessed: string | null };

/** The sources of a text's encoding besides its bytes: the charset of the upload, and whether it is a page or XML. */
export type DecodingHints = { readonly charset: string | null; readonly isMarkup: boolean };

/**
 * Decodes the bytes of a text file in the order of browsers: by a byte order mark, by the `charset` of the upload, by the
 * encoding that a page or XML document declares. Bytes that are not valid in it, or that have none, are UTF-8 if they are
 * valid, or else in an encoding that is guessed where it is certain. Line ends become "\n". A file with invalid bytes is
 * refused, with their position: the replacement characters for them would be stored, searched and quoted as if the
 * author had written them.
 */
export function* decodeText(
  bytes: Uint8Array,
  hints: DecodingHints,
): Sliced<Result<DecodedFile, ExtractRefusal>> {
  if (bytes.length > SOURCE_BYTES_MAX) return err(SOURCE_TOO_LARGE);
  const marked = findByMark(bytes);
  if (marked && marked.label !== "utf-8") return yield* decodeMarked(bytes, marked.label);
  for (const found of listEncodings(bytes, hints, marked)) {
    if (!found) {
      yield;
      continue;
    }
    const { label, by } = found;
    const text = yield* decodeAs(bytes, label);
    if (text !== null) return ok({ text, guessed: by === "guess" ? label : null });
  }
  if (looksBinary(bytes)) {
    return unsupported(
      "The file is not text: it contains binary data. Supported formats are text, Markdown, HTML, CSV, JSON, PDF and DOCX.",
    );
  }
  return invalid(
    `The file is not valid UTF-8: the first invalid byte is at position ${yield* findInvalidByte(bytes)}. ` +
      "Save it in the encoding UTF-8 and upload it again.",
  );
}

/** Lists the encodings that a text may be in, the most certain first. */
function* listEncodings(
  bytes: Uint8Array,
  { charset, isMarkup }: DecodingHints,
  marked: FoundEncoding | null,
): SlicedItems<FoundEncoding> {
  const sent = charset === null ? null : { label: charset, by: "declaration" as const };
  if (looksBinary(bytes)) {
    const wide = sent && isWide(sent.label) ? sent : guessWide(bytes);
    if (wide) yield wide;
    return;
  }
  if (marked) yield marked;
  if (sent && !isWide(sent.label)) yield sent;
  const declared = findDeclared(bytes);
  // Pages often declare the encoding of the program that made them. That their bytes are UTF-8 is no accident.
  if (declared && isMarkup && !isWestern(declared.label)) yield declared;
  const sevenBit = findSevenBit(bytes);
  if (sevenBit) yield sevenBit;
  yield { label: "utf-8", by: "default" };
  if (declared) yield declared;
  const guessed = yield* guessEncoding(bytes);
  if (guessed) yield guessed;
}

/** Null if a byte is invalid or the encoding unknown. */
function* decodeAs(bytes: Uint8Array, label: string): Sliced<string | null> {
  const [, endian] = /^utf-?32(le|be)?$/.exec(label) ?? [];
  if (/^utf-?32/.test(label)) return yield* decodeUtf32(bytes, endian !== "be");
  return yield* decodeStrictly(bytes, label);
}

function* decodeMarked(
  bytes: Uint8Array,
  label: string,
): Sliced<Result<DecodedFile, ExtractRefusal>> {
  const text = yield* decodeAs(bytes, label);
  if (text !== null) return ok({ text, guessed: null });
  const name = label.startsWith("utf-32") ? "UTF-32" : "UTF-16";
  return invalid(
    `The file is not valid ${name}. Save it in the encoding UTF-8 and upload it again.`,
  );
}

/** Characters of UTF-32 that are decoded in about 10 ms. */
const CHARACTERS_A_SLICE = 100_000;

/** Null if a character is invalid. A byte order mark is left out. */
function* decodeUtf32(bytes: Uint8Array, isLittle: boolean): Sliced<string | null> {
  if (bytes.length % 4 !== 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  const hasMark = bytes.length > 0 && view.getUint32(0, isLittle) === 0xfeff;
  let held = "";
  for (let at = hasMark ? 4 : 0; at < bytes.length; at += 4 * CHARACTERS_A_SLICE) {
    if (at > 4) yield;
    const end = Math.min(bytes.length, at + 4 * CHARACTERS_A_SLICE);
    const characters: string[] = [];
    for (let each = at; each < end; each += 4) {
      const code = view.getUint32(each, isLittle);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
      characters.push(String.fromCodePoint(code));
    }
    const part = held + characters.join("");
    held = part.endsWith("\r") && end < bytes.length ? "\r" : "";
    parts.push(replaceReturns(held === "" ? part : part.slice(0, -1)));
  }
  return parts.join("");
}

/** Number of bytes that are checked for control characters. */
const CHECKED_LENGTH = 65_536;
/** A file with more control characters per thousand bytes is binary. */
const CONTROLS_PER_MILLE_MAX = 10;

/** Text has no zero bytes, and hardly any control characters except white space, form feed and escape. */
function looksBinary(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return true;
  let controls = 0;
  const checked = bytes.subarray(0, CHECKED_LENGTH);
  for (const byte of checked) {
    if ((byte < 32 && !(byte >= 8 && byte <= 13) && byte !== 27) || byte === 127) controls++;
  }
  return controls * 1_000 > checked.length * CONTROLS_PER_MILLE_MAX;
}

/** Bytes that are decoded at once. */
const PIECE_BYTES = 128 * 1024;
/** Pieces that are decoded in about 10 ms. */
const PIECES_A_SLICE = 8;

/** Null if a byte is invalid or the encoding unknown. The decoder drops the byte order mark. */
function* decodeStrictly(bytes: Uint8Array, encoding: string): Sliced<string | null> {
  const decoder = createDecoder(encoding);
  if (!decoder) return null;
  const parts: string[] = [];
  let held = "";
  for (let at = 0, pieces = 1; at < bytes.length; at += PIECE_BYTES, pieces++) {
    const isLast = at + PIECE_BYTES >= bytes.length;
    const decoded = decodePiece(decoder, bytes.subarray(at, at + PIECE_BYTES), isLast);
    if (decoded === null) return null;
    let part = held + decoded;
    // The line feed of this carriage return may be in the next piece.
    held = part.endsWith("\r") && !isLast ? "\r" : "";
    if (held !== "") part = part.slice(0, -1);
    parts.push(replaceReturns(part));
    if (pieces % PIECES_A_SLICE === 0) yield;
  }
  return parts.length === 1 ? (parts[0] ?? "") : parts.join("");
}

function createDecoder(encoding: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: false });
  } catch {
    return null;
  }
}

/** A regular expression took 23 s for sixteen million carriage returns; this takes 0.5 s. */
function replaceReturns(text: string): string {
  if (!text.includes("\r")) return text;
  const unix = text.split("\r\n").join("\n");
  return unix.includes("\r") ? unix.split("\r").join("\n") : unix;
}

function decodePiece(
  decoder: InstanceType<typeof TextDecoder>,
  piece: Uint8Array,
  isLast: boolean,
): string | null {
  try {
    return decoder.decode(piece, { stream: !isLast });
  } catch {
    return null;
  }
}

/** Finds the piece with the first invalid byte, then the byte by binary search. */
function* findInvalidByte(bytes: Uint8Array): Sliced<number> {
  let start = 0;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const end = startOfCharacter(bytes, at);
    if (!isValidPrefix(bytes.subarray(start, end))) break;
    start = end;
    if ((at / PIECE_BYTES) % 8 === 7) yield;
  }
  let valid = start;
  let invalidAt = Math.min(bytes.length, start + 2 * PIECE_BYTES);
  while (invalidAt - valid > 1) {
    const middle = valid + ((invalidAt - valid) >> 1);
    if (isValidPrefix(bytes.subarray(start, middle))) valid = middle;
    else invalidAt = middle;
  }
  return valid;
}

/** A character has four bytes at most. */
function startOfCharacter(bytes: Uint8Array, at: number): number {
  for (let back = 0; back < 4 && back <= at; back++) {
    if (((bytes[at - back] ?? 0) & 0xc0) !== 0x80) return at - back;
  }
  return at;
}

/** A prefix that ends within a character is still valid for a decoder that expects more bytes. */
function isValidPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
