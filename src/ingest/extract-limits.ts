import { err, type Result } from "../result.ts";
import type { ExtractRefusal } from "./ingest-types.ts";

const MEBIBYTE = 1024 * 1024;

/**
 * Maximum length of the text of one file, in characters. Up to two copies of the text are in memory at the same time,
 * and in each a character takes two bytes, if any of them is beyond Latin-1.
 */
export const TEXT_MAX = 16 * MEBIBYTE;
/** Maximum bytes of a text file, such as a page, whose markup is no part of its text. */
export const SOURCE_BYTES_MAX = 32 * MEBIBYTE;
/**
 * Maximum number of chunks of one file. 16 MB of text in the default chunks have about 12,000 in English, and 50,000 in
 * Chinese. A search shard holds at most 200,000 chunks.
 */
export const CHUNKS_MAX = 60_000;
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

function makeTooLarge(bytesMax: number, what: string): ExtractRefusal {
  const message =
    `The file is larger than ${bytesMax / MEBIBYTE} MB, the maximum ${what}. ` +
    "Split it into smaller files.";
  return { code: "invalid_file", message };
}

/** The refusal of a file with more than `DOCUMENT_BYTES_MAX` bytes. */
export const TOO_LARGE = makeTooLarge(DOCUMENT_BYTES_MAX, "that can be indexed");
/** The refusal of a text file with more than `SOURCE_BYTES_MAX` bytes. */
export const SOURCE_TOO_LARGE = makeTooLarge(SOURCE_BYTES_MAX, "for a text file");

/** The refusal of a file with more than `CHUNKS_MAX` chunks. */
export const TOO_MANY_CHUNKS: ExtractRefusal = {
  code: "invalid_file",
  message:
    `The file has more than ${CHUNKS_MAX.toLocaleString("en")} chunks, the maximum for one file. Use larger chunks ` +
    "(chunking_strategy), or split it into smaller files.",
};
