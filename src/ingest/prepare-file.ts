import type { FileId } from "../ids.ts";
import type { FileStage } from "../knowledge/file-stage.ts";
import type { FileWarning } from "../knowledge/file-warnings.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { Result } from "../result.ts";
import { DOCUMENT_BYTES_MAX, TOO_LARGE } from "./extract-limits.ts";
import type { SourceFile } from "./extract-text.ts";
import type {
  Extracted,
  ExtractRefusal,
  IngestReport,
  IngestTask,
  StoreRef,
} from "./ingest-types.ts";
import {
  cuttable,
  type CuttableText,
  draftWindows,
  embedDrafts,
  type Embedded,
  type EmbedPassages,
} from "./passages.ts";

/** The dependencies of `prepareFile`: file storage, parsers and embedding. */
export type PrepareDeps = {
  /** Reads the bytes of a file, with the content type that its upload declared; null if it was deleted. */
  readFile(
    scope: Scope,
    file: Pick<IngestTask, "fileId" | "bytes">,
  ): Promise<{ readonly bytes: Uint8Array; readonly contentType?: string } | null>;
  extractText(file: SourceFile): Promise<Result<Extracted, ExtractRefusal>>;
  /**
   * Stores the extracted text of a file, to which the positions in citations refer. If the file is deleted during the
   * call, no text may remain.
   */
  storeText(scope: Scope, fileId: FileId, text: string): Promise<void>;
  /** Embeds passages of a project. */
  embedPassages(scope: Scope, ...passages: Parameters<EmbedPassages>): ReturnType<EmbedPassages>;
};

/** A file with all its chunks, ready to be stored. */
export type Prepared = {
  readonly task: IngestTask;
  readonly embedded: Embedded;
  readonly warnings: readonly FileWarning[];
};

/** A file with more chunks than one call takes. */
export type LongText = {
  readonly task: IngestTask;
  readonly text: CuttableText;
  readonly warnings: readonly FileWarning[];
};

type Failed = Extract<IngestReport["outcome"], { kind: "failed" }>;

/**
 * Reads a file, extracts and stores its text, and cuts that into chunks: all of them, with their vectors, if one call
 * takes them. Calls `note` with each stage that it begins. Returns a failure if the file cannot be indexed. Throws if the
 * platform or a provider fails.
 */
export async function prepareFile(
  deps: PrepareDeps,
  store: StoreRef,
  task: IngestTask,
  note: (stage: FileStage) => void,
): Promise<Prepared | LongText | Failed> {
  const { fileId, embeddingModel } = task;
  note("parsing");
  const read = await readText(deps, store, task);
  if (!("text" in read)) return { kind: "failed", ...read };
  const { warnings = [] } = read;
  note("chunking");
  const text = await cuttable(read, store, task);
  const { value: first } = await draftWindows(text).next();
  if (!first) throw new Error(`${fileId} has no window of chunks`);
  await deps.storeText(store.scope, fileId, read.text);
  if (!first.isLast) return { task, text, warnings };
  note("embedding");
  const embedded = await embedDrafts(
    (...passages) => deps.embedPassages(store.scope, ...passages),
    embeddingModel,
    first.drafts,
  );
  return { task, embedded, warnings };
}

/** Reads the text of a file. Its bytes are not in memory any more when this returns. */
async function readText(
  deps: PrepareDeps,
  store: StoreRef,
  { fileId, filename, bytes }: IngestTask,
): Promise<Extracted | ExtractRefusal> {
  if (bytes > DOCUMENT_BYTES_MAX) return TOO_LARGE;
  const file = await deps.readFile(store.scope, { fileId, bytes });
  if (!file) {
    return { code: "invalid_file", message: "The file was deleted before it was read." };
  }
  const extracted = await deps.extractText({ ...file, filename });
  return extracted.ok ? extracted.value : extracted.error;
}
