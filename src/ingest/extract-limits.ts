import { err, type Result } from "../result.ts";
import type { ExtractRefusal } from "./ingest-types.ts";

const MEBIBYTE = 1024 * 1024;

/** Maximum text of a file, in characters, and in bytes for a text file: it is in memory several times. */
export const TEXT_MAX = 32 * MEBIBYTE;
/** Maximum bytes of any file: it is read into memory as a whole. */
export const DOCUMENT_BYTES_MAX = 48 * MEBIBYTE;
/** Maximum bytes of inflated XML in a DOCX file: its tree needs about ten times as much memory. */
export const DOCX_XML_BYTES_MAX = 12 * MEBIBYTE;
/** Maximum bytes of one inflated stream of a PDF file. A scanned page at 600 dpi has 35 MB. */
export const PDF_STREAM_BYTES_MAX = 64 * MEBIBYTE;
/** Maximum bytes of all inflated streams of a PDF file, which limits the time that it takes. */
export const PDF_BYTES_MAX = 1024 * MEBIBYTE;
/** Maximum pages of a PDF file. */
export const PDF_PAGES_MAX = 5_000;

/** Refuses a file of an unsupported format. */
export const unsupported = (message: string): Result<never, ExtractRefusal> =>
  err({ code: "unsupported_file", message });

/** Refuses a file of a supported format that cannot be read. */
export const invalid = (message: string): Result<never, ExtractRefusal> =>
  err({ code: "invalid_file", message });

/** Refuses a file with more text than `TEXT_MAX`. */
export const tooMuchText = () =>
  invalid(
    `The file has more than ${TEXT_MAX / MEBIBYTE} MB of text, the maximum for one file. ` +
      "Split it into smaller files.",
  );

/** The refusal of a file with more than `DOCUMENT_BYTES_MAX`. */
export const TOO_LARGE: ExtractRefusal = {
  code: "invalid_file",
  message:
    `The file is larger than ${DOCUMENT_BYTES_MAX / MEBIBYTE} MB, the maximum that can be indexed. ` +
    "Split it into smaller files.",
};
