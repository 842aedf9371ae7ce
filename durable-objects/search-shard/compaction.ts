import {
  joinRuns,
  type NumberRun,
  type SegmentColumns,
} from "../../src/retrieval/segment/columns.ts";
import type { IndexedSegment, ShardIndex } from "../../src/retrieval/shard/shard-index.ts";

/** Share of removed chunks from which a shard's segments are written again without them. */
const REMOVED_SHARE_MAX = 0.3;
/** The words of a removed chunk are erased from all segments after this time at the latest. */
export const REMOVED_MS = 7 * 24 * 3_600_000;

/**
 * Chooses the segments to write again without their removed chunks: all if these are many, else those that have any if
 * the oldest was removed long ago. `oldest` is when that was, in milliseconds since the epoch; fewer than `removedMin`
 * are never many.
 */
export function chooseCompaction(
  index: ShardIndex,
  removedMin: number,
  oldest: number | null,
  now: number,
): readonly IndexedSegment[] {
  const stored = index.segments.filter(isStored);
  const removed = stored.reduce((sum, segment) => sum + segment.removed, 0);
  if (removed >= removedMin && removed > index.count * REMOVED_SHARE_MAX) return stored;
  if (oldest === null || now < oldest + REMOVED_MS) return [];
  const first = stored.find((segment) => segment.removed > 0);
  return first ? [first] : [];
}

/** True if a segment is one of the storage: neither the chunks that are to be indexed nor the tail. */
export const isStored = ({ id }: IndexedSegment): boolean => id > 0;

/** Copies the columns of the live chunks of consecutive segments. */
export function keepLive(index: ShardIndex, sources: readonly IndexedSegment[]): SegmentColumns {
  const positions: number[] = [];
  const runs: NumberRun[] = [];
  for (const source of sources) {
    eachChunk(source, (number, slot) => {
      if (index.live[source.base + slot] === 0) return;
      positions.push(source.base + slot);
      runs.push({ first: number, count: 1 });
    });
  }
  return {
    runs: joinRuns(runs),
    lengths: Uint32Array.from(positions, (position) => index.lengths[position] ?? 0),
    ordinals: Uint32Array.from(positions, (position) => index.ordinals[position] ?? 0),
  };
}

/**
 * Returns the slot of each chunk of a segment in the merged segment, -1 for those that are left out. Null if all of them
 * only move by `offset`. With `target`, the chunks are in the slots of a compaction's target, which has fewer.
 */
export function mapSlots(
  index: ShardIndex,
  source: IndexedSegment,
  offset: number,
  target: SegmentColumns | null,
): Int32Array | null {
  if (target === null && source.removed === source.dropped) return null;
  const slots = new Int32Array(source.count);
  const targets = target && slotsByNumber(target.runs);
  eachChunk(source, (number, slot) => {
    const isLive = index.live[source.base + slot] === 1;
    slots[slot] = isLive ? (targets ? (targets.get(number) ?? -1) : offset + slot) : -1;
  });
  return slots;
}

function slotsByNumber(runs: readonly NumberRun[]): Map<number, number> {
  const slots = new Map<number, number>();
  eachChunk({ runs }, (number, slot) => slots.set(number, slot));
  return slots;
}

function eachChunk(
  { runs }: { readonly runs: readonly NumberRun[] },
  visit: (number: number, slot: number) => void,
): void {
  let slot = 0;
  for (const { first, count } of runs) {
    for (let number = first; number < first + count; number++) visit(number, slot++);
  }
}
