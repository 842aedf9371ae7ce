import { columns, integer, nullable } from "../../../src/columns.ts";
import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";

/** The columns of the table of the search shards of a store's generations. */
export const GENERATION_SHARD = columns("generation_shard", {
  generation: integer(),
  number: integer<SearchShardNumber>(),
  chunkCount: integer(),
  /** The vector index of which the shard was told; null for none. */
  placed: nullable(integer()),
});
const SIZE = GENERATION_SHARD.pick("number", "chunkCount");
const COUNTED = GENERATION_SHARD.pick("generation", "number", "chunkCount");

/** Lists the shards of a generation (`ShardSize`). */
export const LIST_SHARDS = `SELECT ${SIZE.select()} FROM generation_shard
  WHERE generation = ? ORDER BY number`;
/** Adds a shard without chunks to a generation. */
export const ADD_SHARD = `INSERT INTO generation_shard (${COUNTED.names}) VALUES (?, ?, 0)`;
/** Adds a number (?3), which may be negative, to the chunks of a shard (?2) of a generation (?1). */
export const COUNT_CHUNKS = `INSERT INTO generation_shard (${COUNTED.names}) VALUES (?1, ?2, max(0, ?3))
  ON CONFLICT (generation, number) DO UPDATE SET chunk_count = max(0, chunk_count + ?3)`;
/** Deletes the rows of the shards of a generation. */
export const FORGET_SHARDS = "DELETE FROM generation_shard WHERE generation = ?";
