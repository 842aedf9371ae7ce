import { ok, type Result } from "../../result.ts";
import {
  DOCX_MARKS_MAX,
  DOCX_PART_MARKS_MAX,
  DOCX_XML_BYTES_MAX,
  invalid,
  TEXT_MAX,
  tooMuchText,
  unsupported,
} from "../extract-limits.ts";
import { htmlToMarkdownInSlices } from "../html/html-to-markdown.ts";
import type { Extracted, ExtractRefusal } from "../ingest-types.ts";
import { finishInTurns, giveTurn } from "../slices.ts";
import { inflateEntry, readZipDirectory, writeZip, type ZipEntry } from "../unzip.ts";
import { countMarks, splitDocx } from "./split-docx.ts";

/**
 * Extracts the text of a DOCX file as Markdown. The file's XML is first decompressed, within a limit on the real size,
 * and packed into a new zip file without images, so that the DOCX library reads only checked entries.
 */
export async function extractDocx(bytes: Uint8Array): Promise<Result<Extracted, ExtractRefusal>> {
  const entries = readZipDirectory(bytes);
  if (!entries) {
    return invalid(
      "The file looks like DOCX, but its end is missing. Upload the complete file again.",
    );
  }
  if (!entries.some(({ name }) => name === DOCUMENT)) return unsupported(describeOther(entries));
  const parts = entries.filter(isNeeded);
  if (parts.some(({ isEncrypted }) => isEncrypted)) {
    return invalid("The file is protected by a password. Save it without one and upload it again.");
  }
  const inflated = await inflateParts(bytes, parts);
  if (!inflated.ok) return inflated;
  const html = await convertParts(inflated.value);
  if (!html.ok) return html;
  const converted = await finishInTurns(htmlToMarkdownInSlices(html.value, TEXT_MAX));
  return converted === null ? tooMuchText() : ok({ ...converted, format: "markdown" });
}

const DOCUMENT = "word/document.xml";

function isNeeded({ name }: ZipEntry): boolean {
  return (
    name === "[Content_Types].xml" || name.endsWith(".rels") || /^word\/[^/]+\.xml$/.test(name)
  );
}

async function convertParts(
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Result<string, ExtractRefusal>> {
  let beside = 0;
  for (const [name, xml] of files) {
    if (name !== DOCUMENT) beside += await finishInTurns(countMarks(xml));
  }
  const main = files.get(DOCUMENT) ?? new Uint8Array();
  const { parts, marks, marksMost } = await finishInTurns(splitDocx(main));
  if (beside + marks > DOCX_MARKS_MAX || beside + marksMost > DOCX_PART_MARKS_MAX) {
    return invalid(
      `The DOCX document has more than ${DOCX_MARKS_MAX} XML elements, or more than ${DOCX_PART_MARKS_MAX} in one ` +
        "table or list. Split it into smaller documents, or save it as PDF.",
    );
  }
  const html: string[] = [];
  for (const part of parts) {
    if (html.length > 0) await giveTurn();
    const converted = await convert(writeZip(new Map([...files, [DOCUMENT, part]])));
    if (converted === null) {
      return invalid(
        "The file is a damaged DOCX document. Open it in Word, save it again and upload that.",
      );
    }
    html.push(converted);
  }
  return ok(html.join(""));
}

async function inflateParts(
  bytes: Uint8Array,
  parts: readonly ZipEntry[],
): Promise<Result<Map<string, Uint8Array>, ExtractRefusal>> {
  const inflated = new Map<string, Uint8Array>();
  const declared = parts.reduce((sum, { sizeDeclared }) => sum + sizeDeclared, 0);
  let left = DOCX_XML_BYTES_MAX;
  if (declared <= left) {
    for (const part of parts) {
      const data = await inflateEntry(bytes, part, left);
      if (!data) break;
      left -= data.length;
      inflated.set(part.name, data);
    }
  }
  if (inflated.size === new Set(parts.map(({ name }) => name)).size) return ok(inflated);
  return invalid(
    `The DOCX document is damaged or unpacks to more than ${DOCX_XML_BYTES_MAX / 1024 / 1024} MB of XML. ` +
      "Split it into smaller documents, or save it as PDF.",
  );
}

/**
 * Converts a DOCX file to HTML. Null if it is damaged: the library throws many kinds of errors, also for deep nesting.
 */
async function convert(zip: Uint8Array<ArrayBuffer>): Promise<string | null> {
  // 700 KB that only this format needs.
  const { default: mammoth } = await import("mammoth");
  // The library reads `arrayBuffer` on workerd and `buffer` in Node.
  const input = { arrayBuffer: zip.buffer, buffer: zip };
  try {
    const noImages = mammoth.images.imgElement(async () => ({ src: "" }));
    const { value } = await mammoth.convertToHtml(input, { convertImage: noImages });
    return value;
  } catch {
    return null;
  }
}

function describeOther(entries: readonly ZipEntry[]): string {
  const has = (start: string) => entries.some(({ name }) => name.startsWith(start));
  if (has("xl/")) return "The file is an Excel workbook. Save its sheets as CSV and upload those.";
  if (has("ppt/")) return "The file is a PowerPoint presentation. Save it as PDF and upload that.";
  if (has("META-INF/container.xml")) return "The file is an e-book. Convert it to HTML or PDF.";
  if (has("content.xml")) return "The file is an OpenDocument file. Save it as DOCX or PDF.";
  return "The file is a zip archive. Unpack it and upload the files in it.";
}
