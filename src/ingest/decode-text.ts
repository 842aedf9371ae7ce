import { ok, type Result } from "../result.ts";
import { invalid, TEXT_MAX, tooMuchText, unsupported } from "./extract-limits.ts";
import type { ExtractRefusal } from "./ingest-types.ts";

/**
 * Decodes a text file strictly: UTF-8, or UTF-16 with a byte order mark. Text with replacement characters would
 * be stored, searched and quoted as if the author had written them, so broken bytes are refused, with their place.
 * Line ends become "\n".
 */
export function decodeText(bytes: Uint8Array): Result<string, ExtractRefusal> {
  if (bytes.length > TEXT_MAX) return tooMuchText();
  const encoding = encodingOf(bytes);
  if (encoding === "utf-8" && looksBinary(bytes)) {
    return unsupported(
      "The file is not text: it has bytes that no text has. Supported are text, Markdown, HTML, CSV, JSON, PDF and DOCX.",
    );
  }
  const text = decodeStrictly(bytes, encoding);
  if (text === null) {
    return encoding === "utf-8"
      ? invalid(
          `The file is not valid UTF-8: the first wrong byte is at position ${firstWrongByte(bytes)}. ` +
            "Save it with the encoding UTF-8 and upload it again.",
        )
      : invalid(
          "The file is not valid UTF-16. Save it with the encoding UTF-8 and upload it again.",
        );
  }
  return ok(text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text);
}

type Encoding = "utf-8" | "utf-16le" | "utf-16be";

function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return "utf-8";
}

/** How many bytes are looked at, and how many control characters in a thousand make a file binary. */
const LOOK_LENGTH = 65_536;
const CONTROLS_PER_MILLE_MAX = 10;

/** Text has no zero bytes, and next to no control characters but white space, form feed and escape. */
function looksBinary(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return true;
  let controls = 0;
  const looked = bytes.subarray(0, LOOK_LENGTH);
  for (const byte of looked) {
    if ((byte < 32 && !(byte >= 8 && byte <= 13) && byte !== 27) || byte === 127) controls++;
  }
  return controls * 1_000 > looked.length * CONTROLS_PER_MILLE_MAX;
}

/** The decoder drops the byte order mark. */
function decodeStrictly(bytes: Uint8Array, encoding: Encoding): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}

/** Found by halves: a prefix that ends within a character is still valid to a decoder that expects more. */
function firstWrongByte(bytes: Uint8Array): number {
  let valid = 0;
  let wrong = bytes.length;
  while (wrong - valid > 1) {
    const middle = valid + ((wrong - valid) >> 1);
    if (isValidPrefix(bytes.subarray(0, middle))) valid = middle;
    else wrong = middle;
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
