import type { ShardInventory } from "../../src/retrieval/search-types.ts";
import type { ShardTables } from "./tables/shard-tables.ts";

const INVENTORY_PAGE = 5_000;

/** The inventory of a shard, without what a vector index has of it. */
type StoredInventory = Omit<ShardInventory, "indexed">;

/** Reads the inventory of a shard that was written to, from the first file with an id greater than `after` on. */
export function inspectShard({ chunks }: ShardTables, after: string): StoredInventory {
  const files = chunks.files(after, INVENTORY_PAGE + 1);
  return {
    isUsed: true,
    chunkCount: chunks.chunkCount(),
    highestVersion: chunks.highestVersion(),
    files: files.slice(0, INVENTORY_PAGE),
    hasMore: files.length > INVENTORY_PAGE,
  };
}

/** Returns the inventory of a shard without content. `isUsed` is true if it is erased. */
export const inspectNothing = (isUsed: boolean): StoredInventory => ({
  isUsed,
  chunkCount: 0,
  highestVersion: 0,
  files: [],
  hasMore: false,
});

/** Reads the number of dimensions of a shard's vectors; 0 without any. */
export function readDimensions({ segments, unindexed, vectors }: ShardTables): number {
  return segments.next().dimensions || unindexed.read()?.dimensions || vectors.ownDimensions(0);
}
