import { err, type Result } from "../result.ts";
import type { ExtractRefusal } from "./ingest-types.ts";

const MEBIBYTE = 1024 * 1024;

/** Text of one file, in characters and, where it comes as text, in bytes: it is held in memory several times. */
export const TEXT_MAX = 32 * MEBIBYTE;
/** Bytes of any file, since it is read into memory as a whole. */
export const DOCUMENT_BYTES_MAX = 48 * MEBIBYTE;
/** XML inside a DOCX file, inflated: its tree takes about ten times as much memory. */
export const DOCX_XML_BYTES_MAX = 12 * MEBIBYTE;
/** One compressed stream of a PDF file, inflated. A scanned page at 600 dpi has 35 MB. */
export const PDF_STREAM_BYTES_MAX = 64 * MEBIBYTE;
/** All of them together, which bounds the time that a file takes. */
export const PDF_BYTES_MAX = 1024 * MEBIBYTE;
export const PDF_PAGES_MAX = 5_000;

/** A file of a kind that is not read. */
export const unsupported = (message: string): Result<never, ExtractRefusal> =>
  err({ code: "unsupported_file", message });

/** A file of a kind that is read, but this one cannot be. */
export const invalid = (message: string): Result<never, ExtractRefusal> =>
  err({ code: "invalid_file", message });

export const tooMuchText = () =>
  invalid(
    `The file has more than ${TEXT_MAX / MEBIBYTE} MB of text, which is the most that one file may have. ` +
      "Split it into smaller files.",
  );

export const TOO_LARGE: ExtractRefusal = {
  code: "invalid_file",
  message:
    `The file is larger than ${DOCUMENT_BYTES_MAX / MEBIBYTE} MB, the most that can be indexed. ` +
    "Split it into smaller files.",
};
