import { err, type Result } from "../result.ts";
import type { ExtractRefusal } from "./ingest-types.ts";

const MEBIBYTE = 1024 * 1024;

/**
 * Maximum length of the text of one file, in characters, and of a text file in bytes. Several copies of the text are in
 * memory at the same time.
 */
export const TEXT_MAX = 32 * MEBIBYTE;
/** Maximum bytes of a file that can be indexed, since it is read into memory as a whole. */
export const DOCUMENT_BYTES_MAX = 48 * MEBIBYTE;
/** Maximum bytes of decompressed XML in a DOCX file. */
export const DOCX_XML_BYTES_MAX = 12 * MEBIBYTE;
/**
 * Maximum number of XML marks (elements, comments and some attributes) of a DOCX file, the measure of the work to
 * convert it. A book of 500 pages has about 200,000.
 */
export const DOCX_MARKS_MAX = 500_000;
/**
 * Maximum number of XML marks of one tag of a DOCX file, almost all of them attributes: the library that reads XML
 * cannot yield to other requests within a tag.
 */
export const DOCX_TAG_MARKS_MAX = 130_000;
/** Maximum bytes of one stream of a PDF file after decompression. */
export const PDF_STREAM_BYTES_MAX = 64 * MEBIBYTE;
/** Maximum bytes of all streams of a PDF file after decompression. Images are not decompressed. */
export const PDF_BYTES_MAX = 512 * MEBIBYTE;
/**
 * Maximum number of steps (operators and characters) of one PDF page: about a second of work for the PDF library, which
 * cannot yield to other requests within a page.
 */
export const PDF_PAGE_STEPS_MAX = 2_500_000;
/**
 * Maximum number of steps (operators and characters) of all pages of a PDF file: about half a minute of work. Other
 * requests run between the pages.
 */
export const PDF_STEPS_MAX = 100_000_000;
/**
 * Maximum bytes of one object of a PDF file that is not a stream. The PDF library cannot yield to other requests while
 * it reads one.
 */
export const PDF_OBJECT_BYTES_MAX = 4 * MEBIBYTE;
/** Maximum number of objects of a PDF file. The PDF library makes a table entry for each when it opens the file. */
export const PDF_OBJECTS_MAX = 1_000_000;
/** Maximum pages of a PDF file. */
export const PDF_PAGES_MAX = 5_000;

/** Makes the refusal of a file whose format is not supported. */
export const unsupported = (message: string): Result<never, ExtractRefusal> =>
  err({ code: "unsupported_file", message });

/** Makes the refusal of a file of a supported format that cannot be read. */
export const invalid = (message: string): Result<never, ExtractRefusal> =>
  err({ code: "invalid_file", message });

/** Makes the refusal of a file with more text than `TEXT_MAX`. */
export const tooMuchText = () =>
  invalid(
    `The file has more than ${TEXT_MAX / MEBIBYTE} MB of text, the maximum for one file. ` +
      "Split it into smaller files.",
  );

/** The refusal of a file with more than `DOCUMENT_BYTES_MAX` bytes. */
export const TOO_LARGE: ExtractRefusal = {
  code: "invalid_file",
  message:
    `The file is larger than ${DOCUMENT_BYTES_MAX / MEBIBYTE} MB, the maximum that can be indexed. ` +
    "Split it into smaller files.",
};
