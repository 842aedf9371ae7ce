import { readEnding } from "../../knowledge/file.ts";
import { lookUp } from "../../record.ts";

/** A format of text. */
type TextKind = "html" | "markdown" | "csv" | "json" | "notebook" | "xml" | "plain";

/** The format of an uploaded file, which decides how its text is extracted. */
export type FileKind =
  | { readonly kind: "pdf" | "zip" | TextKind }
  | { readonly kind: "foreign"; readonly what: string; readonly advice: string };

/** Detects the format of a file from its first bytes. Its name and content type only distinguish text formats. */
export function detectKind(head: Uint8Array, filename: string, contentType = ""): FileKind {
  const start = String.fromCharCode(...head.subarray(0, 1024));
  const isWords = isText(head);
  if (isPdf(start, isWords, filename)) return { kind: "pdf" };
  if (start.startsWith("PK\u0003\u0004") || start.startsWith("PK\u0005\u0006")) {
    return { kind: "zip" };
  }
  const foreign = FOREIGN.find(([magic]) => magic.test(start));
  // Words can begin like a program or a picture: "MZ", "BM", "ID3", "RIFF".
  const canBeWords = isWords && start.charCodeAt(0) < 0x80 && !WRITTEN.test(start);
  if (foreign && !canBeWords) return { kind: "foreign", what: foreign[1], advice: foreign[2] };
  const kind = kindByName(filename) ?? kindByContentType(contentType);
  if (kind === undefined || kind === "xml") {
    if (HTML_START.test(start)) return { kind: "html" };
    if (XML_START.test(start)) return { kind: "xml" };
  }
  return { kind: kind ?? "plain" };
}

/**
 * PDF readers accept bytes before the header, which begins a line. A text that mentions the header within a line, or has
 * no objects after it, is a text, unless it begins with the header and is named as a PDF file: that is a broken one. A
 * text that shows a whole PDF file is a text if its name is that of one.
 */
function isPdf(start: string, isWords: boolean, filename: string): boolean {
  if (!isWords) return start.includes("%PDF-");
  if (start.startsWith("%PDF-")) {
    return PDF_OBJECT.test(start) || PDF_LINE.test(start) || PDF_NAME.test(filename);
  }
  return kindByName(filename) === undefined && PDF_HEADER.test(start) && PDF_OBJECT.test(start);
}

/** A file that ends after its first line. */
const PDF_LINE = /^%PDF-[\d.]*\s*$/;
const PDF_NAME = /\.pdf$/i;
const PDF_HEADER = /(?:^|[\r\n])%PDF-\d/;
const PDF_OBJECT = /[\r\n]\s*\d+ \d+ obj\b/;
/** Formats that consist of words although they are no text to read. */
const WRITTEN = /^(?:\{\\rtf|%!PS)/;

/**
 * Returns true if bytes are text in UTF-8 or another encoding of bytes: without control characters. Formats that are no
 * text have some in their first kilobyte.
 */
function isText(head: Uint8Array): boolean {
  return !head.some((byte) => byte < 32 && !(byte >= 8 && byte <= 13) && byte !== 27);
}

const EXPORT_TEXT = "Upload its text as TXT, Markdown, HTML, PDF or DOCX instead.";
const OCR = "Upload a PDF or text with the words in it (recognized by OCR).";

/* oxlint-disable no-control-regex -- magic numbers are made of control characters */
/** Formats that are recognised by their first bytes and have no text, or none that this service can read. */
const FOREIGN: readonly (readonly [RegExp, string, string])[] = [
  [
    /^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/,
    "an old Office document or a password-protected one",
    "Save it as DOCX or PDF without a password.",
  ],
  [/^\{\\rtf/, "an RTF document", "Save it as DOCX or PDF."],
  [
    /^\x89PNG|^\xff\xd8\xff|^GIF8[79]a|^RIFF[^]{4}WEBP|^II\*\0|^MM\0\*|^BM[^]{4}\0\0/,
    "an image",
    OCR,
  ],
  [/^RIFF|^ID3|^OggS|^fLaC|^[^]{4}ftyp|^\x1aE\xdf\xa3/, "audio or video", "Upload its transcript."],
  [
    /^\x1f\x8b|^BZh|^\xfd7zXZ|^7z\xbc\xaf|^Rar!|^\x28\xb5\x2f\xfd/,
    "an archive",
    "Unpack it and upload the files in it.",
  ],
  [/^%!PS/, "a PostScript document", "Convert it to PDF."],
  [/^\x7fELF|^MZ[^]{58}|^\xcf\xfa\xed\xfe|^\xca\xfe\xba\xbe|^\0asm/, "a program", EXPORT_TEXT],
  [/^SQLite format 3\0/, "a database", EXPORT_TEXT],
];

/* oxlint-enable no-control-regex */

/** Pages may begin with the declaration of XML. */
const HTML_START =
  /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^]{0,500}?-->\s*)?(?:<!doctype\s+html|<html[\s>])/i;
const XML_START = /^(?:\xef\xbb\xbf)?\s*<\?xml[\s?]/;

const KINDS: Readonly<Record<string, TextKind>> = {
  html: "html",
  htm: "html",
  xhtml: "html",
  md: "markdown",
  markdown: "markdown",
  mdx: "markdown",
  qmd: "markdown",
  csv: "csv",
  tsv: "csv",
  json: "json",
  jsonl: "json",
  ndjson: "json",
  geojson: "json",
  ipynb: "notebook",
  xml: "xml",
  rss: "xml",
  atom: "xml",
  rdf: "xml",
  owl: "xml",
  svg: "xml",
  kml: "xml",
  gpx: "xml",
  xsd: "xml",
  wsdl: "xml",
  plist: "xml",
  dita: "xml",
  tei: "xml",
  xliff: "xml",
  xlf: "xml",
  tmx: "xml",
};

const kindByName = (filename: string) => lookUp(KINDS, readEnding(filename));

function kindByContentType(contentType: string) {
  const essence = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (essence === "text/html" || essence === "application/xhtml+xml") return "html";
  if (essence === "text/markdown") return "markdown";
  if (essence === "text/csv" || essence === "text/tab-separated-values") return "csv";
  if (essence === "application/json" || essence.endsWith("ndjson") || essence.endsWith("jsonl")) {
    return "json";
  }
  if (essence === "text/xml" || essence === "application/xml" || essence.endsWith("+xml")) {
    return "xml";
  }
  return undefined;
}
