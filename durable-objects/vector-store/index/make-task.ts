import type { IndexTarget, IngestTask } from "../../../src/ingest/ingest-types.ts";
import { estimateChunks } from "../../../src/knowledge/choose-shard.ts";
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

/** Makes the task to copy a file to the other generation from its stored text. The caller saves the file. */
export const makeCopyTask = (other: Generation, file: Attachment, lease: string): IngestTask => ({
  ...describeFile(file, lease),
  ...placeCopy(other, file),
  isCopy: true,
});

function describeFile(file: Attachment, lease: string) {
  const { fileId, version, filename, bytes, corpusShard } = file;
  const { attributes } = toAttached(file);
  return { fileId, version, lease, filename, bytes, attributes, corpusShard };
}

function placeFile({ settings, room }: Generation, file: Attachment): IndexTarget {
  const chunking = chooseChunking(toAttached(file).chunking, settings);
  if (file.shard === null) {
    file.chunkCount = estimateChunks(file.bytes, chunking);
    file.shard = room.choose(file.chunkCount);
  }
  const { embeddingModel } = settings;
  return { generation: room.generation, embeddingModel, chunking, shard: file.shard };
}

function placeCopy({ settings, room }: Generation, file: Attachment): IndexTarget {
  const chunking = chooseChunking(toAttached(file).chunking, settings);
  if (file.otherShard === null) {
    file.otherChunkCount = estimateChunks(file.bytes, chunking);
    file.otherShard = room.choose(file.otherChunkCount);
  }
  const { embeddingModel } = settings;
  return { generation: room.generation, embeddingModel, chunking, shard: file.otherShard };
}
