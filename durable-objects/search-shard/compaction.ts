import {
  joinRuns,
  type NumberRun,
  type SegmentColumns,
} from "../../src/retrieval/segment/columns.ts";
import type { IndexedSegment, ShardIndex } from "../../src/retrieval/shard/shard-index.ts";

/** Share of removed chunks, from 0 to 1, above which a shard's segments are rewritten without them. */
const REMOVED_SHARE_MAX = 0.3;
/** Time after which the upkeep erases a removed chunk from the posting lists, in milliseconds. */
export const REMOVED_MS = 7 * 24 * 3_600_000;

/**
 * Chooses the segments to rewrite without their removed chunks. Returns all stored segments if at least `removedMin`
 * chunks, and more than 30 % of all, are removed; otherwise the oldest segment with removed chunks if `oldest` is more
 * than `REMOVED_MS` ago; otherwise none. `oldest` is the time of the oldest removal, in milliseconds since the epoch;
 * null if nothing was removed.
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

/** Tests whether a segment is in storage; false for the two that exist in memory alone, `REST` and `TAIL`. */
export const isStored = ({ id }: IndexedSegment): boolean => id > 0;

/** Copies the columns of consecutive segments without their removed chunks. */
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
 * Maps the slot of each chunk in a segment to its slot in the merged segment, -1 for a removed chunk. Returns null if
 * no chunk has to be left out, so that every slot moves by `offset`. `target` has the columns of a compaction's target,
 * which gives removed chunks no slots; null for a plain merge.
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
