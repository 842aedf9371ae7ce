import type { CopySource, IndexTarget, IngestTask } from "../../../src/ingest/ingest-types.ts";
import { estimateChunks } from "../../../src/knowledge/choose-shard.ts";
import { isSameChunking } from "../../../src/knowledge/chunking.ts";
import {
  chooseChunking,
  type GenerationSettings,
} from "../../../src/knowledge/reindex/generation.ts";
import { toAttached } from "../ledger/view-file.ts";
import type { Attachment } from "../tables/attachment-row.ts";
import type { ShardRoom } from "./shard-room.ts";

/** A generation that files are written to: its settings and its shards. */
export type Generation = { readonly settings: GenerationSettings; readonly room: ShardRoom };

/** The generations of a store: the one that serves and the other one, null without one. */
export type Generations = { readonly serving: Generation; readonly other: Generation | null };

/**
 * Makes the task to index a file in the serving generation, and in the other one too if there is one. A file without a
 * place in a generation gets one; the caller saves the file.
 */
export function makeTask(
  { serving, other }: Generations,
  file: Attachment,
  lease: string,
): IngestTask {
  const target = placeFile(serving, file);
  const also = other && placeCopy(other, file);
  return { ...describeFile(file, lease), ...target, ...(also && { also }) };
}

/**
 * Makes the task to copy a file to the other generation, from its chunks in the serving one if they are cut and embedded
 * in the same way. The caller saves the file.
 */
export function makeCopyTask(
  serving: Generation,
  other: Generation,
  file: Attachment,
  lease: string,
): IngestTask {
  const source = findSource(serving, other, file);
  const target = placeCopy(other, file, source?.chunkCount);
  return { ...describeFile(file, lease), ...target, isCopy: true, ...(source && { source }) };
}

/** Finds the chunks that are copied as they are; null if the other generation cuts or embeds the file in another way. */
function findSource(serving: Generation, other: Generation, file: Attachment): CopySource | null {
  const { shard, chunkCount, usageBytes } = file;
  const { chunking: own } = toAttached(file);
  const isSameModel = serving.settings.embeddingModel === other.settings.embeddingModel;
  const [before, after] = [
    chooseChunking(own, serving.settings),
    chooseChunking(own, other.settings),
  ];
  if (!isSameModel || !isSameChunking(before, after)) return null;
  if (shard === null || usageBytes === 0) return null;
  return { generation: serving.room.generation, shard, chunkCount, usageBytes };
}

function describeFile(file: Attachment, lease: string) {
  const { fileId, version, filename, bytes, corpusShard } = file;
  const { attributes } = toAttached(file);
  const isVerbatim = file.isVerbatim === 1;
  return { fileId, version, lease, filename, bytes, isVerbatim, attributes, corpusShard };
}

function placeFile({ settings, room }: Generation, file: Attachment): IndexTarget {
  const chunking = chooseChunking(toAttached(file).chunking, settings);
  if (file.shard === null) {
    file.chunkCount = estimateChunks(file.bytes, chunking);
    file.shard = room.choose(file.chunkCount);
  }
  const { embeddingModel, analyzer } = settings;
  return { generation: room.generation, embeddingModel, analyzer, chunking, shard: file.shard };
}

/** `chunkCount` is the number of the file's chunks, if it is known. */
function placeCopy(
  { settings, room }: Generation,
  file: Attachment,
  chunkCount?: number,
): IndexTarget {
  const chunking = chooseChunking(toAttached(file).chunking, settings);
  if (file.otherShard === null) {
    file.otherChunkCount = chunkCount ?? estimateChunks(file.bytes, chunking);
    file.otherShard = room.choose(file.otherChunkCount);
  }
  const { embeddingModel, analyzer } = settings;
  const { otherShard: shard } = file;
  return { generation: room.generation, embeddingModel, analyzer, chunking, shard };
}
