import type { FileId } from "../ids.ts";
import { isSameChunking } from "../knowledge/chunking.ts";
import type { FileStage } from "../knowledge/file-stage.ts";
import type { Scope } from "../knowledge/scope.ts";
import { UnknownAnalyzer } from "../retrieval/analysis/analyzer.ts";
import type {
  AboutText,
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
  type Embedded,
  embedDrafts,
  type EmbedPassages,
} from "./passages.ts";
import { readSource, type SourceDeps } from "./read-source.ts";
import { retryAlso } from "./retry-also.ts";
import { sourceOfText } from "./sources/chunk-source.ts";
import { type CopyDeps, prepareCopy } from "./sources/prepare-copy.ts";
import type { LongPart, LongText, Prepared } from "./sources/prepared.ts";
import type { IndexPart } from "./write-parts.ts";

/** The dependencies of `prepareFile`: file storage, parsers, embedding, and the chunks of other generations. */
export type PrepareDeps = SourceDeps &
  CopyDeps & {
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

type Failed = Extract<IngestReport["outcome"], { kind: "failed" }>;

/**
 * Prepares a file to be stored in each generation of its task: of the chunks of another generation if the task has such a
 * source, otherwise of its text. Calls `note` with each stage that it begins. Returns a failure if the file cannot be
 * indexed. Throws if the platform or a provider fails.
 */
export async function prepareFile(
  deps: PrepareDeps,
  store: StoreRef,
  task: IngestTask,
  note: (stage: FileStage) => void,
): Promise<Prepared | LongText | Failed> {
  const copied = task.source ? await prepareCopy(deps, store, task, task.source) : null;
  return copied ?? (await prepareText(deps, store, task, note));
}

/**
 * Reads a file, extracts its text, stores that unless it is the same as the bytes, and cuts it into chunks: all of
 * them, with their vectors, if one call takes them.
 */
async function prepareText(
  deps: PrepareDeps,
  store: StoreRef,
  task: IngestTask,
  note: (stage: FileStage) => void,
): Promise<Prepared | LongText | Failed> {
  const { fileId } = task;
  note("parsing");
  const source = await readSource(deps, store.scope, task);
  if (!source.ok) return { kind: "failed", ...source.error };
  const { extracted, isStored, isVerbatim } = source.value;
  const about: AboutText = {
    ...(extracted.warnings && { warnings: extracted.warnings }),
    ...(isVerbatim && { isVerbatim }),
  };
  note("chunking");
  const own = await cutFirst(store, task, task, extracted);
  const also = task.also ? await cutAlso(deps, store, task, task.also, extracted) : null;
  if (!isStored && !isVerbatim) await deps.storeText(store.scope, fileId, extracted.text);
  const embed: EmbedPassages = (...passages) => deps.embedPassages(store.scope, ...passages);
  if (own.drafts === null || (isCut(also) && also.drafts === null)) {
    const longAlso = isCut(also) ? toLong(embed, also) : also;
    return { task, own: toLong(embed, own), also: longAlso, about };
  }
  note("embedding");
  const part = await embedPart(embed, task, own, own.drafts);
  if (!isCut(also) || also.drafts === null)
    return { own: part, also: isCut(also) ? null : also, about };
  const isSame = isEmbeddedAlike(task, also.target);
  return {
    own: part,
    also: isSame
      ? { task, target: also.target, embedded: takeVectors(also.drafts, part.embedded) }
      : await embedAlso(deps, embed, task, also, also.drafts),
    about,
  };
}

/** A text that is cut for a generation. `drafts` are all chunks; null if one call does not take them. */
type Cut = {
  readonly target: IndexTarget;
  readonly text: CuttableText;
  readonly drafts: readonly ChunkDraft[] | null;
};

/** Cuts the first window of a text for a generation. */
async function cutFirst(
  store: StoreRef,
  { fileId, version }: IngestTask,
  target: IndexTarget,
  extracted: Extracted,
): Promise<Cut> {
  const text = await cuttable(extracted, store, { ...target, fileId, version });
  const { value: first } = await draftWindows(text).next();
  if (!first) throw new Error(`${fileId} has no window of chunks`);
  return { target, text, drafts: first.isLast ? first.drafts : null };
}

/** Cuts as `cutFirst` does. If a newer build has made the other generation, returns the outcome there. */
async function cutAlso(
  deps: PrepareDeps,
  store: StoreRef,
  task: IngestTask,
  target: IndexTarget,
  extracted: Extracted,
): Promise<Cut | AlsoOutcome> {
  try {
    return await cutFirst(store, task, target, extracted);
  } catch (error) {
    if (!(error instanceof UnknownAnalyzer)) throw error;
    return retryAlso(deps, task, target, error);
  }
}

const isCut = (also: Cut | AlsoOutcome | null): also is Cut => also !== null && "text" in also;

const toLong = (embed: EmbedPassages, { target, text }: Cut): LongPart => ({
  target,
  chunks: sourceOfText(embed, target.embeddingModel, text),
});

const isEmbeddedAlike = (one: IndexTarget, other: IndexTarget): boolean =>
  one.embeddingModel === other.embeddingModel && isSameChunking(one.chunking, other.chunking);

/** Gives chunks the vectors of the same chunks in another generation. */
const takeVectors = (
  drafts: readonly ChunkDraft[],
  { chunks, usageBytes }: Embedded,
): Embedded => ({
  chunks: drafts.flatMap((draft, index) => {
    const vector = chunks[index]?.vector;
    return vector ? [{ ...draft, vector }] : [];
  }),
  usageBytes,
});

async function embedPart(
  embed: EmbedPassages,
  task: IngestTask,
  { target, text }: Omit<Cut, "drafts">,
  drafts: readonly ChunkDraft[],
): Promise<IndexPart> {
  const { embeddingModel } = target;
  return {
    task,
    target,
    embedded: await embedDrafts(embed, embeddingModel, drafts, text.analyzer),
  };
}

/** Embeds chunks for the other generation. Its model may be away while the task's own is not. */
async function embedAlso(
  deps: PrepareDeps,
  embed: EmbedPassages,
  task: IngestTask,
  cut: Omit<Cut, "drafts">,
  drafts: readonly ChunkDraft[],
): Promise<IndexPart | AlsoOutcome> {
  try {
    return await embedPart(embed, task, cut, drafts);
  } catch (error) {
    return retryAlso(deps, task, cut.target, error);
  }
}
