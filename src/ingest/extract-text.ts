import { readCharset } from "../knowledge/content-type.ts";
import { LossCounter } from "../knowledge/file-warnings.ts";
import { err, ok, type Result } from "../result.ts";
import { csvToText } from "./data/csv/csv-to-text.ts";
import { jsonToText } from "./data/json-to-text.ts";
import { cleanText } from "./decoding/clean-text.ts";
import { decodeText } from "./decoding/decode-text.ts";
import { detectKind } from "./decoding/detect-kind.ts";
import {
  DOCUMENT_BYTES_MAX,
  invalid,
  TEXT_MAX,
  TOO_LARGE,
  tooMuchText,
  unsupported,
} from "./extract-limits.ts";
import type { Converted, Extracted, ExtractRefusal } from "./ingest-types.ts";
import { cleanMarkdown, hasHtml } from "./markdown/clean-markdown.ts";
import type { ReadCharacterMap } from "./pdf/character-maps.ts";
import { finishInTurns } from "./slices.ts";

/** An uploaded file: its bytes, and the name and content type that help to detect its format and encoding. */
export type SourceFile = {
  readonly bytes: Uint8Array;
  readonly filename: string;
  readonly contentType?: string;
};

/**
 * Extracts the text of an uploaded file, which is then cut into chunks, searched and quoted. The content decides the
 * format; the name and content type only distinguish text formats, and the charset of the type is the encoding. A refusal says what the user can do; a thrown error is
 * a bug, or a failure of `readCharacterMap`. The parser of a format is loaded when the first file needs it, so that
 * other requests do not pay for loading it.
 */
export async function extractText(
  file: SourceFile,
  readCharacterMap: ReadCharacterMap,
): Promise<Result<Extracted, ExtractRefusal>> {
  if (file.bytes.length === 0) return invalid("The file is empty.");
  const detected = detectKind(file.bytes.subarray(0, 1_024), file.filename, file.contentType);
  if (detected.kind === "foreign") {
    return unsupported(`The file is ${detected.what}, which is not supported. ${detected.advice}`);
  }
  const extracted = await extractKind(detected.kind, file, readCharacterMap);
  if (!extracted.ok) return extracted;
  if (extracted.value.text.length > TEXT_MAX) return tooMuchText();
  const { warnings = [], ...rest } = extracted.value;
  const text = await finishInTurns(cleanText(extracted.value.text));
  if (text.trim() === "") return invalid("The file has no text.");
  // The length stays the same, so the offsets of quotes do.
  return ok({
    ...rest,
    text: text.toWellFormed(),
    ...(warnings.length > 0 && { warnings }),
  });
}

type Kind = Exclude<ReturnType<typeof detectKind>["kind"], "foreign">;

async function extractKind(
  kind: Kind,
  { bytes, contentType = "" }: SourceFile,
  readCharacterMap: ReadCharacterMap,
): Promise<Result<Extracted, ExtractRefusal>> {
  if (kind === "pdf" || kind === "zip") {
    return await extractDocument(kind, bytes, readCharacterMap);
  }
  const isMarkup = kind === "html" || kind === "xml";
  const decoded = await finishInTurns(
    decodeText(bytes, { charset: readCharset(contentType), isMarkup }),
  );
  if (!decoded.ok) return decoded;
  const extracted = await extractWords(kind, decoded.value.text);
  const { guessed } = decoded.value;
  if (!extracted.ok || guessed === null) return extracted;
  const { warnings = [], ...rest } = extracted.value;
  const guess = { code: "encoding_guessed", count: 1, detail: guessed } as const;
  return ok({ ...rest, warnings: [...warnings, guess] });
}

async function extractWords(
  kind: Exclude<Kind, "pdf" | "zip">,
  text: string,
): Promise<Result<Extracted, ExtractRefusal>> {
  if (kind === "notebook") {
    const { notebookToText } = await import("./data/notebook-to-text.ts");
    const notebook = await finishInTurns(notebookToText(text));
    if (notebook) return await readHtmlIn(notebook.text, notebook.losses);
  }
  if (kind === "json" || kind === "notebook") {
    return limitText(await finishInTurns(jsonToText(text, TEXT_MAX)), "json");
  }
  if (kind === "xml") {
    const { xmlToText } = await import("./data/xml-to-text.ts");
    return limitText(await finishInTurns(xmlToText(text, TEXT_MAX)), "json");
  }
  if (kind === "csv") {
    return limitText(await csvToText(text, TEXT_MAX), "csv");
  }
  if (kind === "html") {
    const { htmlToMarkdownInSlices } = await import("./html/html-to-markdown.ts");
    return limitText(await finishInTurns(htmlToMarkdownInSlices(text, TEXT_MAX)), "markdown");
  }
  if (kind === "markdown") {
    const losses = new LossCounter();
    return await readHtmlIn(await finishInTurns(cleanMarkdown(text, losses)), losses);
  }
  return ok({ text, format: kind });
}

/** Finishes a Markdown text: reads the HTML in it, if there is any. */
async function readHtmlIn(markdown: string, losses: LossCounter) {
  let text = markdown;
  if (hasHtml(markdown)) {
    const { readHtmlInMarkdown } = await import("./html/html-in-markdown.ts");
    text = await finishInTurns(readHtmlInMarkdown(markdown, TEXT_MAX, losses));
  }
  return ok({ text, warnings: losses.list(), format: "markdown" as const });
}

async function extractDocument(
  kind: "pdf" | "zip",
  bytes: Uint8Array,
  readCharacterMap: ReadCharacterMap,
) {
  if (bytes.length > DOCUMENT_BYTES_MAX) {
    return err(TOO_LARGE);
  }
  if (kind === "pdf") {
    const { extractPdf } = await import("./pdf/extract-pdf.ts");
    return await extractPdf(bytes, readCharacterMap);
  }
  const { extractDocx } = await import("./docx/extract-docx.ts");
  return await extractDocx(bytes);
}

function limitText(converted: Converted | null, format: Extracted["format"]) {
  return converted === null ? tooMuchText() : ok({ ...converted, format });
}
