import type { ShardSize } from "../choose-shard.ts";
import { SHARDS_MAX } from "./layout.ts";
import type { ReindexState } from "./reindex.ts";

/** A search shard with its size. `isHot`: it has more calls than all its copies can answer, and searches wait there. */
export type RatedShard = ShardSize & { readonly isHot: boolean };

/** The number of search shards to make of those of a store, and the reason for it. */
export type WantedSplit = { readonly count: number; readonly reason: "overfull" | "hot" };

/** The limits of splits: the chunks after which a shard gets no new files, and those of a store that is split at most. */
export type SplitLimits = { readonly chunksMax: number; readonly storeChunksMax: number };

/**
 * Share of a shard's chunks at which it is overfull. New files bring it to 1.3 at most, since a file has up to 60,000
 * chunks of 200,000; more can only come of new versions that are larger than the ones before.
 */
const OVERFULL = 1.5;
/** Share of its chunks with which a shard begins after a split. */
const FILLED = 0.5;
/** Share of its chunks below which a hot shard is left whole: the calls of more shards would cost what they win. */
const HOT_MIN = 0.1;

/**
 * Decides whether the search shards of a store are to be split; null if not. They are if one is overfull and the store has
 * too few of them, or if a large one is hot. The number always rises, so that splits come to an end.
 */
export function splitWanted(
  shards: readonly RatedShard[],
  limits: SplitLimits,
): WantedSplit | null {
  const { chunksMax, storeChunksMax } = limits;
  const chunkCount = shards.reduce((sum, shard) => sum + shard.chunkCount, 0);
  if (chunkCount === 0 || !(chunkCount <= storeChunksMax)) return null;
  const isOverfull = shards.some((shard) => shard.chunkCount >= chunksMax * OVERFULL);
  const isHot = shards.some((shard) => shard.isHot && shard.chunkCount >= chunksMax * HOT_MIN);
  const filled = isOverfull ? Math.ceil(chunkCount / (chunksMax * FILLED)) : 0;
  const count = Math.min(Math.max(filled, isHot ? shards.length * 2 : 0), SHARDS_MAX);
  if (count <= shards.length) return null;
  return { count, reason: filled > shards.length ? "overfull" : "hot" };
}

/** The last reindex of a store, as far as it decides whether a split may begin. Times are Unix seconds. */
type LastReindex = {
  readonly state: ReindexState;
  readonly isAutomatic: boolean;
  readonly createdAt: number;
  readonly endedAt: number | null;
};

/** Seconds between the last reindex of a store and a split. */
const APART_SECONDS = 3_600;
/**
 * The same after a split that was cancelled, by a client or since it could not copy a file; and before one of a hot shard
 * after any split: if shards are still hot then, the copies of the store in a row would cost more than they win.
 */
const APART_LONG_SECONDS = 86_400;

/**
 * Tests whether a store may begin a split for a reason at `now`: it had no reindex, or one that has ended long enough
 * before.
 */
export function maySplit(
  last: LastReindex | null,
  reason: WantedSplit["reason"],
  now: number,
): boolean {
  if (last === null) return true;
  const { state, isAutomatic, createdAt, endedAt } = last;
  if (state !== "completed" && state !== "cancelled") return false;
  const isLong = isAutomatic && (state === "cancelled" || reason === "hot");
  const apart = isLong ? APART_LONG_SECONDS : APART_SECONDS;
  return now >= (endedAt ?? createdAt) + apart;
}
