import { ok, type Result } from "../result.ts";
import { invalid, TEXT_MAX, tooMuchText, unsupported } from "./extract-limits.ts";
import type { ExtractRefusal } from "./ingest-types.ts";

/**
 * Decodes a text file strictly: UTF-8, or UTF-16 with a byte order mark. Replacement characters would be stored,
 * searched and quoted as if the author had written them, so invalid bytes are refused, with their position. Line ends
 * become "\n".
 */
export function decodeText(bytes: Uint8Array): Result<string, ExtractRefusal> {
  if (bytes.length > TEXT_MAX) return tooMuchText();
  const encoding = detectEncoding(bytes);
  if (encoding === "utf-8" && looksBinary(bytes)) {
    return unsupported(
      "The file is not text: it contains binary data. Supported formats are text, Markdown, HTML, CSV, JSON, PDF and DOCX.",
    );
  }
  const text = decodeStrictly(bytes, encoding);
  if (text === null) {
    return encoding === "utf-8"
      ? invalid(
          `The file is not valid UTF-8: the first invalid byte is at position ${firstInvalidByte(bytes)}. ` +
            "Save it in the encoding UTF-8 and upload it again.",
        )
      : invalid("The file is not valid UTF-16. Save it in the encoding UTF-8 and upload it again.");
  }
  return ok(text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text);
}

type Encoding = "utf-8" | "utf-16le" | "utf-16be";

function detectEncoding(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return "utf-8";
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

/** The decoder drops the byte order mark. */
function decodeStrictly(bytes: Uint8Array, encoding: Encoding): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}

/** Binary search: a prefix that ends within a character is still valid for a decoder that expects more bytes. */
function firstInvalidByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalidAt = bytes.length;
  while (invalidAt - valid > 1) {
    const middle = valid + ((invalidAt - valid) >> 1);
    if (isValidPrefix(bytes.subarray(0, middle))) valid = middle;
    else invalidAt = middle;
  }
  return valid;
}

function isValidPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
