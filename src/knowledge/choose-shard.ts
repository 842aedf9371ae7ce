import type { Chunking } from "./chunking.ts";
import type { SearchShardNumber } from "./shard-numbers.ts";

/** A search shard and the number of chunks that it stores. */
export type ShardRoom = { readonly number: SearchShardNumber; readonly chunkCount: number };

const BYTES_PER_TOKEN = 4;

/** Estimates the chunks of a file that was not read yet. A compressed format has fewer bytes than its text. */
export function estimateChunks(bytes: number, { chunkTokensMax, overlapTokens }: Chunking): number {
  const step = Math.max(1, chunkTokensMax - overlapTokens) * BYTES_PER_TOKEN;
  return Math.max(1, Math.ceil(bytes / step));
}

/** Chooses the shard with the fewest chunks. If all are full, returns the number of a new shard. Shards start at 0. */
export function chooseShard(shards: readonly ShardRoom[], chunksMax: number): SearchShardNumber {
  let best: ShardRoom | null = null;
  for (const shard of shards) {
    if (shard.chunkCount >= chunksMax) continue;
    if (best === null || shard.chunkCount < best.chunkCount) best = shard;
  }
  return best?.number ?? shards.length;
}
