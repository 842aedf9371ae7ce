import { findAnalyzer, namedAnalyzer } from "../../retrieval/analysis/analyzer.ts";
import type { StoredChunks } from "../../retrieval/search-types.ts";
import type { IndexedChunk } from "../../retrieval/segment/make-batch.ts";
import { chunkNamer } from "../chunks/chunk-id.ts";
import type { CopySource, IngestTask, StoreRef } from "../ingest-types.ts";
import type { LongText, Prepared } from "./prepared.ts";
import { indexStored, readParts, sourceOfShard, type IndexedCopy } from "./stored-source.ts";

/** The dependencies of `prepareCopy`. */
export type CopyDeps = {
  /** Reads chunks of a file in the search shard of a copy's source, from the ordinal `from` on. */
  readStored(
    store: StoreRef,
    source: CopySource,
    task: Pick<IngestTask, "fileId">,
    from: number,
  ): Promise<StoredChunks | null>;
  /** Logs that the chunks of a copy's source cannot be read whole, so that the copy is made of the text. */
  onSourceLost(task: IngestTask, error: unknown): void;
};

/**
 * Prepares the copy of a file to another generation from the chunks that a search shard has of it, without its text or a
 * model. All of them are read once before anything is written. Returns null if the shard does not have them whole, or
 * does not answer: the copy must not depend on a shard that it may be meant to replace.
 */
export async function prepareCopy(
  deps: CopyDeps,
  store: StoreRef,
  task: IngestTask,
  source: CopySource,
): Promise<Prepared | LongText | null> {
  const { fileId, version, generation } = task;
  const name = await chunkNamer({ storeId: store.storeId, generation, fileId, version });
  const file: IndexedCopy = {
    size: source,
    analyzer: findAnalyzer(namedAnalyzer(task)),
    name,
    read: (from) => deps.readStored(store, source, task, from),
  };
  try {
    const chunks = await readShort(file);
    if (chunks === null) {
      return { task, own: { target: task, chunks: sourceOfShard(file) }, also: null, about: {} };
    }
    const { usageBytes } = source;
    return {
      own: { task, target: task, embedded: { chunks, usageBytes } },
      also: null,
      about: {},
    };
  } catch (error) {
    deps.onSourceLost(task, error);
    return null;
  }
}

/** Reads all chunks of a file. Returns them if one call to a shard takes them, otherwise null. */
async function readShort(file: IndexedCopy): Promise<IndexedChunk[] | null> {
  let short: IndexedChunk[] | null = null;
  for await (const part of readParts(file, 0)) {
    if (part.chunks.length === part.chunkCount) short = await indexStored(part, file);
  }
  return short;
}
