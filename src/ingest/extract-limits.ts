import { err, type Result } from "../result.ts";
import type { ExtractRefusal } from "./ingest-types.ts";

const MEBIBYTE = 1024 * 1024;

/** Maximum text of a file, in characters, and in bytes for a text file: it is in memory several times. */
export const TEXT_MAX = 32 * MEBIBYTE;
/** Maximum bytes of any file: it is read into memory as a whole. */
export const DOCUMENT_BYTES_MAX = 48 * MEBIBYTE;
/** Maximum bytes of inflated XML in a DOCX file: its tree needs about ten times as much memory. */
export const DOCX_XML_BYTES_MAX = 12 * MEBIBYTE;
/** Maximum marks of a DOCX file: XML elements, and attributes in part. A book of 500 pages has about 200,000. */
export const DOCX_MARKS_MAX = 500_000;
/** Marks of a part of a DOCX file that is converted at once. The library cannot yield, and takes 7 µs for each. */
export const DOCX_PART_MARKS = 50_000;
/** Maximum marks of a part and of the files beside it: a block, such as a table, is not split. About a second. */
export const DOCX_PART_MARKS_MAX = 130_000;
/** Maximum bytes of one inflated stream of a PDF file. */
export const PDF_STREAM_BYTES_MAX = 64 * MEBIBYTE;
/** Maximum bytes of all inflated streams of a PDF file. Images are not inflated. */
export const PDF_BYTES_MAX = 512 * MEBIBYTE;
/**
 * Maximum steps (operators and characters) of one page: about a second in the PDF library, which cannot yield within.
 */
export const PDF_PAGE_STEPS_MAX = 2_500_000;
/** Maximum steps of all pages of a PDF file: about half a minute, with other requests between the pages. */
export const PDF_STEPS_MAX = 100_000_000;
/** Maximum bytes of one object of a PDF file that is not a stream; the PDF library cannot yield within. */
export const PDF_OBJECT_BYTES_MAX = 4 * MEBIBYTE;
/** Maximum objects of a PDF file; the PDF library makes an entry for each when it opens the file. */
export const PDF_OBJECTS_MAX = 1_000_000;
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
