import type { Chunking } from "./chunking.ts";
import type { SearchShardNumber } from "./shard-numbers.ts";

/** A search shard, one of the objects that share a vector store's chunks, and the number of chunks in it. */
export type ShardSize = { readonly number: SearchShardNumber; readonly chunkCount: number };

const BYTES_PER_TOKEN = 4;

/**
 * Estimates the number of chunks of a file from its size in bytes, before it is read. Compressed formats have more text
 * than bytes, so the number may be too low for them.
 */
export function estimateChunks(bytes: number, { chunkTokensMax, overlapTokens }: Chunking): number {
  const step = Math.max(1, chunkTokensMax - overlapTokens) * BYTES_PER_TOKEN;
  return Math.max(1, Math.ceil(bytes / step));
}

/**
 * Chooses the search shard for a new file: the one with the fewest chunks. If all have `chunksMax` or more, returns the
 * number of a shard to create.
 */
export function chooseShard(shards: readonly ShardSize[], chunksMax: number): SearchShardNumber {
  let best: ShardSize | null = null;
  for (const shard of shards) {
    if (shard.chunkCount >= chunksMax) continue;
    if (best === null || shard.chunkCount < best.chunkCount) best = shard;
  }
  return best?.number ?? shards.length;
}
