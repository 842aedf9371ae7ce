import type { Chunking } from "./chunking.ts";
import type { SearchShardNumber } from "./shard-numbers.ts";

export type ShardRoom = { readonly number: SearchShardNumber; readonly chunkCount: number };

const BYTES_PER_TOKEN = 4;

/** How many chunks a file will have, before anybody has read it. A compressed format has fewer bytes than text. */
export function estimateChunks(bytes: number, { chunkTokensMax, overlapTokens }: Chunking): number {
  const step = Math.max(1, chunkTokensMax - overlapTokens) * BYTES_PER_TOKEN;
  return Math.max(1, Math.ceil(bytes / step));
}

/** The shard with most room; when all are full, the next number, which is a new shard. Shards start at 0. */
export function chooseShard(shards: readonly ShardRoom[], chunksMax: number): SearchShardNumber {
  let best: ShardRoom | null = null;
  for (const shard of shards) {
    if (shard.chunkCount >= chunksMax) continue;
    if (best === null || shard.chunkCount < best.chunkCount) best = shard;
  }
  return best?.number ?? shards.length;
}
