import { err, ok, type Result } from "../result.ts";
import { csvToText } from "./csv-to-text.ts";
import { decodeText } from "./decode-text.ts";
import { detectKind } from "./detect-kind.ts";
import {
  DOCUMENT_BYTES_MAX,
  invalid,
  TEXT_MAX,
  TOO_LARGE,
  tooMuchText,
  unsupported,
} from "./extract-limits.ts";
import type { Extracted, ExtractRefusal } from "./ingest-types.ts";
import { jsonToText } from "./json-to-text.ts";

export type SourceFile = {
  readonly bytes: Uint8Array;
  readonly filename: string;
  readonly mimeType?: string;
};

/**
 * Turns a file into the text that is cut, searched and quoted. The content decides what the file is, its name only
 * which kind of text. Every refusal tells a person what to do; what is thrown is a bug. The parsers are loaded when a file first
 * needs them, so that a request pays for none.
 */
export async function extractText(file: SourceFile): Promise<Result<Extracted, ExtractRefusal>> {
  if (file.bytes.length === 0) return invalid("The file is empty.");
  const detected = detectKind(file.bytes.subarray(0, 1_024), file.filename, file.mimeType);
  if (detected.kind === "foreign") {
    return unsupported(`The file is ${detected.what}, which is not supported. ${detected.advice}`);
  }
  const extracted = await extractKind(detected.kind, file.bytes);
  if (!extracted.ok) return extracted;
  if (extracted.value.text.length > TEXT_MAX) return tooMuchText();
  return extracted.value.text.trim() === "" ? invalid("The file has no text.") : extracted;
}

type Kind = Exclude<ReturnType<typeof detectKind>["kind"], "foreign">;

async function extractKind(
  kind: Kind,
  bytes: Uint8Array,
): Promise<Result<Extracted, ExtractRefusal>> {
  if (kind === "pdf" || kind === "zip") return await extractDocument(kind, bytes);
  const decoded = decodeText(bytes);
  if (!decoded.ok) return decoded;
  const text = decoded.value;
  if (kind === "json") return ok({ text: jsonToText(text), format: "json" });
  if (kind === "csv") return textOrTooMuch(csvToText(text, TEXT_MAX), "csv");
  if (kind === "html") {
    const { htmlToMarkdown } = await import("./html-to-markdown.ts");
    return textOrTooMuch(htmlToMarkdown(text, TEXT_MAX), "markdown");
  }
  return ok({ text, format: kind });
}

async function extractDocument(kind: "pdf" | "zip", bytes: Uint8Array) {
  if (bytes.length > DOCUMENT_BYTES_MAX) {
    return err(TOO_LARGE);
  }
  if (kind === "pdf") {
    const { extractPdf } = await import("./extract-pdf.ts");
    return await extractPdf(bytes);
  }
  const { extractDocx } = await import("./extract-docx.ts");
  return await extractDocx(bytes);
}

function textOrTooMuch(text: string | null, format: Extracted["format"]) {
  return text === null ? tooMuchText() : ok({ text, format });
}
