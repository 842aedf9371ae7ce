import type { StagedChunks, WriteOutcome } from "../retrieval/search-types.ts";
import type { IndexedDocument } from "../retrieval/segment/make-batch.ts";
import type { StagedFile } from "../retrieval/segment/shard-batch.ts";
import type { CorpusDocument } from "./corpus-types.ts";
import { TOO_MANY_CHUNKS } from "./extract-limits.ts";
import type { IngestReport, IngestTask } from "./ingest-types.ts";
import { DIMENSION_BYTES } from "./passages.ts";
import type { ChunkSource } from "./sources/chunk-source.ts";
import { assertSameDimensions } from "./write-shard.ts";

/** A search shard, as it takes a file in parts. Every call may be repeated. */
export type PartWrites = {
  /** Reads how much of a version of a file the shard has. */
  staged(file: Pick<IngestTask, "fileId" | "version">): Promise<StagedChunks>;
  /** Stores a part of a file that no search finds yet. `from` is the number of chunks before it. */
  stage(part: IndexedDocument, from: number): Promise<WriteOutcome["outcome"]>;
  /** Lets searches find a file all of whose parts are stored, in place of its older version. */
  publish(file: StagedFile): Promise<WriteOutcome["outcome"]>;
};

/** The dependencies of `writeLongFile`, for one file. */
export type LongFileDeps = {
  readonly shard: PartWrites;
  writeCorpus(document: CorpusDocument): Promise<void>;
  /** Renews the lease of the task after a part was stored. Returns false if it is not valid any more. */
  renew(): Promise<boolean>;
};

/** The outcome of writing a long file. */
export type LongOutcome = Exclude<IngestReport["outcome"], { kind: "moved" }>;

/** The task of a long file, with the version of the analyzer that makes the terms of its chunks. */
type LongTask = IngestTask & { readonly analyzer: number };

/** The lease of a task has ended: another consumer has the file, or nobody wants it any more. */
class LeaseEnded extends Error {
  override readonly name = "LeaseEnded";
}

/**
 * Stores a file that is too long for one call, in windows, so that one window is in memory besides what its chunks are
 * read from. The chunks are counted first. Each window is read with its vectors and staged in the search shard, where no search finds it; then all
 * chunks are recorded in the corpus database, and the shard publishes the file. If an interrupted consumer has staged
 * some windows, goes on behind them. Returns the outcome to report.
 */
export async function writeLongFile(
  deps: LongFileDeps,
  task: LongTask,
  source: ChunkSource,
): Promise<LongOutcome> {
  try {
    return await writeInWindows(deps, task, source);
  } catch (error) {
    if (!(error instanceof LeaseEnded)) throw error;
    return { kind: "retry", message: "The lease of the file has ended." };
  }
}

async function writeInWindows(
  deps: LongFileDeps,
  task: LongTask,
  source: ChunkSource,
): Promise<LongOutcome> {
  const { fileId, version, filename, attributes } = task;
  const staged = await deps.shard.staged({ fileId, version });
  const size = await source.measure(staged.count - 1);
  if (size === null) return { kind: "failed", ...TOO_MANY_CHUNKS };
  const { chunkCount, textBytes, place } = size;
  let { dimensions } = staged;
  if (staged.state === "staged") {
    // Another build may have cut the text in another way.
    const isSame = place?.start === staged.last?.start && place?.end === staged.last?.end;
    const from = isSame ? staged.count : 0;
    if (from < chunkCount) dimensions = await stageWindows(deps, task, source, from);
    for await (const chunks of source.records()) {
      await deps.writeCorpus({ fileId, version, filename, chunkCount, chunks });
      await holdLease(deps, task);
    }
    await deps.shard.publish({ fileId, version, filename, attributes, chunkCount });
  }
  const usageBytes = textBytes + chunkCount * dimensions * DIMENSION_BYTES;
  return { kind: "completed", chunkCount, usageBytes };
}

/** Stages the chunks from the ordinal `first` on. Returns the number of dimensions of their vectors. */
async function stageWindows(
  deps: LongFileDeps,
  task: LongTask,
  source: ChunkSource,
  first: number,
): Promise<number> {
  const { fileId, version, filename, attributes, analyzer } = task;
  let from = first;
  let dimensions = 0;
  for await (const chunks of source.embedded(first)) {
    const part = { fileId, version, filename, attributes, analyzer, chunks };
    const outcome = await deps.shard.stage(part, from);
    assertSameDimensions(outcome, chunks[0]?.vector.length ?? 0);
    await holdLease(deps, task);
    from += chunks.length;
    dimensions ||= chunks[0]?.vector.length ?? 0;
  }
  return dimensions;
}

async function holdLease(deps: LongFileDeps, { fileId, lease }: IngestTask): Promise<void> {
  if (!(await deps.renew())) throw new LeaseEnded(`The lease ${lease} of ${fileId} has ended`);
}
