import { Buffer } from "node:buffer";

import type { FileId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import { err, ok, type Result } from "../result.ts";
import { DOCUMENT_BYTES_MAX, TOO_LARGE } from "./extract-limits.ts";
import type { SourceFile } from "./extract-text.ts";
import type { Extracted, ExtractRefusal, IngestTask } from "./ingest-types.ts";
import { giveTurn } from "./slices.ts";

/** The dependencies of `readSource`: file storage and parsers. */
export type SourceDeps = {
  /** Reads the bytes of a file, with the content type that its upload declared; null if it was deleted. */
  readFile(
    scope: Scope,
    file: Pick<IngestTask, "fileId" | "bytes">,
  ): Promise<{ readonly bytes: Uint8Array; readonly contentType?: string } | null>;
  /** Reads the text that was extracted from a file before; null if there is none. */
  readText(scope: Scope, fileId: FileId): Promise<string | null>;
  extractText(file: SourceFile): Promise<Result<Extracted, ExtractRefusal>>;
};

/** Characters of a text whose encoding is given a turn of its own. */
const LONG_TEXT = 1_000_000;

/** The text of a file, whether it is stored already, and whether it need not be, since the bytes are the same. */
type Source = {
  readonly extracted: Extracted;
  readonly isStored: boolean;
  readonly isVerbatim: boolean;
};

/**
 * Reads the text of a task's file, to be cut into chunks. A file that is indexed is extracted from its bytes. A file
 * that is copied keeps the text to which the citations of the serving generation refer: the bytes only give the rest,
 * such as the pages, as far as their text is still the same. The bytes are not in memory any more when this returns.
 */
export async function readSource(
  deps: SourceDeps,
  scope: Scope,
  task: IngestTask,
): Promise<Result<Source, ExtractRefusal>> {
  const { fileId, bytes, filename } = task;
  if (bytes > DOCUMENT_BYTES_MAX) return err(TOO_LARGE);
  const file = await deps.readFile(scope, { fileId, bytes });
  const stored = task.isCopy ? await readStored(deps, scope, task, file?.bytes ?? null) : null;
  if (!file) return stored === null ? refuseMissing(task) : ok(useStored(stored, "plain"));
  const source: SourceFile = { ...file, filename };
  const extracted = await deps.extractText(source);
  if (stored === null) {
    if (!extracted.ok) return extracted;
    // A copy is not reported as verbatim.
    const mayBeVerbatim = task.isVerbatim !== undefined && !task.isCopy;
    const isVerbatim = mayBeVerbatim && (await isSameText(file.bytes, extracted.value.text));
    return ok({ extracted: extracted.value, isStored: false, isVerbatim });
  }
  if (extracted.ok && extracted.value.text === stored) {
    return ok({ extracted: extracted.value, isStored: true, isVerbatim: false });
  }
  // Another build has extracted it.
  return ok(useStored(stored, extracted.ok ? extracted.value.format : "plain"));
}

/** Reads the text of a file that is indexed already: the bytes if they are the text. Returns null if there is none. */
async function readStored(
  deps: SourceDeps,
  scope: Scope,
  { fileId, isVerbatim }: IngestTask,
  bytes: Uint8Array | null,
): Promise<string | null> {
  if (!isVerbatim) return await deps.readText(scope, fileId);
  return bytes && new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

const useStored = (text: string, format: Extracted["format"]): Source => ({
  extracted: { text, format },
  isStored: true,
  isVerbatim: false,
});

/**
 * Returns true if `bytes` are the text in UTF-8. The parsers of some formats leave no bytes behind. The text is encoded
 * for it, as it would be to store it.
 */
async function isSameText(bytes: Uint8Array, text: string): Promise<boolean> {
  if (bytes.byteLength < text.length) return false;
  if (text.length > LONG_TEXT) await giveTurn();
  return Buffer.from(text).equals(bytes);
}

function refuseMissing({ isCopy }: IngestTask): Result<never, ExtractRefusal> {
  const message = isCopy
    ? "Neither the text of the file nor its bytes are stored any more."
    : "The file was deleted before it was read.";
  return { ok: false, error: { code: "invalid_file", message } };
}
