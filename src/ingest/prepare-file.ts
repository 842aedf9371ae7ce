import type { FileId } from "../ids.ts";
import type { FileStage } from "../knowledge/file-stage.ts";
import type { FileWarning } from "../knowledge/file-warnings.ts";
import type { Scope } from "../knowledge/scope.ts";
import type {
  AlsoOutcome,
  Extracted,
  IndexTarget,
  IngestReport,
  IngestTask,
  StoreRef,
} from "./ingest-types.ts";
import {
  type ChunkDraft,
  cuttable,
  type CuttableText,
  draftWindows,
  embedDrafts,
  type EmbedPassages,
} from "./passages.ts";
import { readSource, type SourceDeps } from "./read-source.ts";
import { retryAlso } from "./retry-also.ts";
import type { IndexPart } from "./write-parts.ts";

/** The dependencies of `prepareFile`: file storage, parsers and embedding. */
export type PrepareDeps = SourceDeps & {
  /**
   * Stores the extracted text of a file, to which the positions in citations refer. If the file is deleted during the
   * call, no text may remain.
   */
  storeText(scope: Scope, fileId: FileId, text: string): Promise<void>;
  /** Embeds passages of a project. */
  embedPassages(scope: Scope, ...passages: Parameters<EmbedPassages>): ReturnType<EmbedPassages>;
  /** Logs a failure in the task's other generation, to which the file is copied later. */
  onCopyFailure(task: IngestTask, error: unknown): void;
};

/**
 * A file with all its chunks, ready to be stored: those of the task's generation, and of the other one if there is one,
 * or the outcome of what failed there.
 */
export type Prepared = {
  readonly own: IndexPart;
  readonly also: IndexPart | AlsoOutcome | null;
  readonly warnings: readonly FileWarning[];
};

/** A text that is cut for a generation. */
export type TargetText = { readonly target: IndexTarget; readonly text: CuttableText };

/** A file that has more chunks than one call takes, in one of its generations at least. */
export type LongText = {
  readonly task: IngestTask;
  readonly own: TargetText;
  readonly also: TargetText | null;
  readonly warnings: readonly FileWarning[];
};

type Failed = Extract<IngestReport["outcome"], { kind: "failed" }>;

/**
 * Reads a file, extracts and stores its text, and cuts that into chunks, for each generation of the task: all of them,
 * with their vectors, if one call takes them. Calls `note` with each stage that it begins. Returns a failure if the file
 * cannot be indexed. Throws if the platform or a provider fails.
 */
export async function prepareFile(
  deps: PrepareDeps,
  store: StoreRef,
  task: IngestTask,
  note: (stage: FileStage) => void,
): Promise<Prepared | LongText | Failed> {
  const { fileId } = task;
  note("parsing");
  const source = await readSource(deps, store.scope, task);
  if (!source.ok) return { kind: "failed", ...source.error };
  const { extracted, isStored } = source.value;
  const { warnings = [] } = extracted;
  note("chunking");
  const own = await cutFirst(store, task, task, extracted);
  const also = task.also ? await cutFirst(store, task, task.also, extracted) : null;
  if (!isStored) await deps.storeText(store.scope, fileId, extracted.text);
  if (own.drafts === null || also?.drafts === null) {
    return { task, own: toText(own), also: also && toText(also), warnings };
  }
  note("embedding");
  const embed: EmbedPassages = (...passages) => deps.embedPassages(store.scope, ...passages);
  return {
    own: await embedPart(embed, task, task, own.drafts),
    also: also && (await embedAlso(deps, embed, task, also.target, also.drafts)),
    warnings,
  };
}

/** Cuts the first window of a text for a generation. `drafts` are all chunks; null if there are more windows. */
async function cutFirst(
  store: StoreRef,
  { fileId, version }: IngestTask,
  target: IndexTarget,
  extracted: Extracted,
): Promise<TargetText & { readonly drafts: readonly ChunkDraft[] | null }> {
  const { generation, chunking } = target;
  const text = await cuttable(extracted, store, { fileId, version, generation, chunking });
  const { value: first } = await draftWindows(text).next();
  if (!first) throw new Error(`${fileId} has no window of chunks`);
  return { target, text, drafts: first.isLast ? first.drafts : null };
}

const toText = ({ target, text }: TargetText): TargetText => ({ target, text });

async function embedPart(
  embed: EmbedPassages,
  task: IngestTask,
  target: IndexTarget,
  drafts: readonly ChunkDraft[],
): Promise<IndexPart> {
  return { task, target, embedded: await embedDrafts(embed, target.embeddingModel, drafts) };
}

/** Embeds chunks for the other generation. Its model may be away while the task's own is not. */
async function embedAlso(
  deps: PrepareDeps,
  embed: EmbedPassages,
  task: IngestTask,
  target: IndexTarget,
  drafts: readonly ChunkDraft[],
): Promise<IndexPart | AlsoOutcome> {
  try {
    return await embedPart(embed, task, target, drafts);
  } catch (error) {
    return retryAlso(deps, task, target, error);
  }
}
