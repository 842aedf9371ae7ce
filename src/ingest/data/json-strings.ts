import type { Sliced } from "../slices.ts";
import { joinLine } from "./member-lines.ts";

/** Quotation marks that are searched in about 10 ms. */
const MARKS_A_SLICE = 20_000;

/**
 * Finds the end of the string whose text begins at `from`: after a quotation mark with an even number of backslashes
 * before it. Returns -1 if the string has no end.
 */
export function* findStringEnd(json: string, from: number): Sliced<number> {
  let marks = 0;
  for (let end = json.indexOf('"', from); end >= 0; end = json.indexOf('"', end + 1)) {
    if (countSlashes(json, from, end) % 2 === 0) return end + 1;
    if (++marks % MARKS_A_SLICE === 0) yield;
  }
  return -1;
}

/** The number of backslashes directly before a position. */
function countSlashes(json: string, from: number, at: number): number {
  let slashes = 0;
  while (at - 1 - slashes >= from && json.charAt(at - 1 - slashes) === "\\") slashes++;
  return slashes;
}

/** Characters that are decoded in about 10 ms. */
const PIECE_LENGTH = 100_000;
/** Characters of the longest escape. */
const ESCAPE_LENGTH = 6;

/** Decodes the text of a string, between its quotation marks, and writes it on one line. */
export function* decodeString(json: string, from: number, end: number): Sliced<string> {
  if (end - from <= PIECE_LENGTH) return decodePiece(json.slice(from, end)).trim();
  const parts: string[] = [];
  for (let at = from; at < end;) {
    const next = pieceEnd(json, at, end);
    parts.push(decodePiece(json.slice(at, next)));
    at = next;
    yield;
  }
  return parts.join("").trim();
}

/** Writes a comment on one line. */
export function* writeComment(comment: string): Sliced<string> {
  const parts: string[] = [];
  for (let at = 0; at < comment.length; at += PIECE_LENGTH) {
    if (at > 0) yield;
    parts.push(joinLine(comment.slice(at, at + PIECE_LENGTH)));
  }
  return parts.join("");
}

/** Does not end a piece within an escape. */
function pieceEnd(json: string, from: number, end: number): number {
  const bound = from + PIECE_LENGTH;
  if (bound >= end) return end;
  for (let at = bound - 1; at > bound - ESCAPE_LENGTH; at--) {
    if (json.charAt(at) !== "\\") continue;
    return countSlashes(json, from, at + 1) % 2 === 1 ? at : bound;
  }
  return bound;
}

function decodePiece(raw: string): string {
  return joinLine(raw.includes("\\") ? unescape(raw) : raw);
}

function unescape(raw: string): string {
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    // Unknown escapes and control characters are invalid, but clear.
    return raw.replaceAll(ESCAPE, (_, hex: string | undefined, sign: string | undefined) =>
      hex === undefined ? (CONTROLS[sign ?? ""] ?? sign ?? "") : fromHex(hex),
    );
  }
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|([^]))/g;
const CONTROLS: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "", f: "\f" };
const fromHex = (hex: string) => String.fromCharCode(Number.parseInt(hex, 16));
