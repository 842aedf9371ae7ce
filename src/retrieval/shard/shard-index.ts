import { joinRuns, type NumberRun, type SegmentColumns, sliceRuns } from "../segment/columns.ts";
import { placeRuns } from "./run-places.ts";

/** A segment in memory: consecutive positions of the shard whose chunks share posting lists. */
export type IndexedSegment = {
  readonly id: number;
  /** The position of its first chunk. */
  base: number;
  /** Number of its chunks, removed ones included. */
  count: number;
  runs: readonly NumberRun[];
  /** Number of its chunks that were removed. */
  removed: number;
  /** Number of its removed chunks that its posting lists do not contain; -1 if unknown. */
  readonly dropped: number;
};

/** A segment that is added to the index, with its columns. */
export type NewSegment = {
  readonly id: number;
  readonly columns: SegmentColumns;
  /**
   * Number of removed chunks that its posting lists do not contain; -1 if unknown. The caller removes these chunks from
   * the index.
   */
  readonly dropped: number;
};

/**
 * The columns of all chunks of a search shard in memory, as arrays that a search scans. The index of a chunk in the
 * arrays is its position. A removed chunk keeps its position and is marked as not live. It is a cache of the shard's
 * storage and takes 9 bytes for each chunk.
 */
export class ShardIndex {
  segments: IndexedSegment[] = [];
  /** Number of positions. */
  count = 0;
  /** Number of live chunks, and their total length in index terms. */
  liveCount = 0;
  totalLength = 0;
  lengths = new Uint32Array(64);
  ordinals = new Uint32Array(64);
  /** 1 for a live chunk, 0 for a removed one. */
  live = new Uint8Array(64);

  /** Bytes of the columns. */
  get bytes(): number {
    return this.lengths.byteLength + this.ordinals.byteLength + this.live.byteLength;
  }

  /** Adds a segment after the others. All of its chunks are live. */
  append({ id, columns, dropped }: NewSegment): void {
    const added = columns.lengths.length;
    const base = this.count;
    this.#grow(base + added);
    this.lengths.set(columns.lengths, base);
    this.ordinals.set(columns.ordinals, base);
    this.live.fill(1, base, base + added);
    this.count += added;
    this.liveCount += added;
    this.totalLength += columns.lengths.reduce((sum, length) => sum + length, 0);
    this.segments.push({ id, base, count: added, runs: columns.runs, removed: 0, dropped });
  }

  /** Marks the chunks with these numbers as removed. Numbers that no segment has are ignored. */
  remove(run: NumberRun): void {
    for (const segment of this.segments) {
      for (const { slot, count } of placeRuns(segment.runs).find(run)) {
        const position = segment.base + slot;
        for (let at = 0; at < count; at++) this.#bury(segment, position + at);
      }
    }
  }

  /**
   * Splits numbers into those that a segment contains (`kept`) and those that none does (`gone`). Both are ascending if
   * `runs` are.
   */
  partition(runs: readonly NumberRun[]): { kept: NumberRun[]; gone: NumberRun[] } {
    const kept: NumberRun[] = [];
    const gone: NumberRun[] = [];
    const places = this.segments.map((segment) => placeRuns(segment.runs));
    for (const { first, count } of runs) {
      for (let number = first; number < first + count; number++) {
        const one = { first: number, count: 1 };
        const hasPlace = places.some((place) => place.find(one).length > 0);
        (hasPlace ? kept : gone).push(one);
      }
    }
    return { kept: joinRuns(kept), gone: joinRuns(gone) };
  }

  #bury(segment: IndexedSegment, position: number): void {
    if (this.live[position] === 0) return;
    this.live[position] = 0;
    segment.removed++;
    this.liveCount--;
    this.totalLength -= this.lengths[position] ?? 0;
  }

  /**
   * Replaces consecutive segments by one that has all of their chunks in the same order. `dropped` is the number of
   * removed chunks that its posting lists do not contain; -1 if unknown.
   */
  replace(sources: readonly IndexedSegment[], id: number, dropped: number): void {
    const [first] = sources;
    if (!first) return;
    const merged = {
      id,
      base: first.base,
      count: sources.reduce((sum, { count }) => sum + count, 0),
      runs: joinRuns(sources.flatMap(({ runs }) => runs)),
      removed: sources.reduce((sum, { removed }) => sum + removed, 0),
      dropped,
    };
    this.segments.splice(this.segments.indexOf(first), sources.length, merged);
  }

  /**
   * Moves the first `count` chunks of a segment to a new segment before it and returns this. The posting lists of the
   * new segment must not contain its removed chunks: all of them count as `dropped`. The old segment is removed when it
   * has no chunks left.
   */
  split(segment: IndexedSegment, count: number, id: number): IndexedSegment {
    const removed = this.#countRemoved(segment.base, count);
    const head = {
      id,
      base: segment.base,
      count,
      runs: sliceRuns(segment.runs, 0, count),
      removed,
      dropped: removed,
    };
    segment.runs = sliceRuns(segment.runs, count, segment.count);
    segment.base += count;
    segment.count -= count;
    segment.removed -= removed;
    const rest = segment.count > 0 ? [segment] : [];
    this.segments.splice(this.segments.indexOf(segment), 1, head, ...rest);
    return head;
  }

  #countRemoved(base: number, count: number): number {
    return this.live.subarray(base, base + count).reduce((sum, live) => sum + (1 - live), 0);
  }

  /** Copies the columns of a segment, removed chunks included. */
  columnsOf({
    base,
    count,
    runs,
  }: Pick<IndexedSegment, "base" | "count" | "runs">): SegmentColumns {
    return {
      runs,
      lengths: this.lengths.slice(base, base + count),
      ordinals: this.ordinals.slice(base, base + count),
    };
  }

  /** Returns the number of the chunk at a position. Throws if there is none. */
  numberAt(position: number): number {
    const segment = this.segments.findLast(({ base }) => base <= position);
    if (!segment) throw new Error(`No chunk of the search shard is in position ${position}`);
    return placeRuns(segment.runs).numberAt(position - segment.base);
  }

  /** Returns the first number from `from` on that a chunk has; infinity if there is none. */
  numberFrom(from: number): number {
    let least = Infinity;
    for (const { runs } of this.segments) {
      for (const { first, count } of runs) {
        if (first + count > from) least = Math.min(least, Math.max(first, from));
      }
    }
    return least;
  }

  #grow(needed: number): void {
    if (needed <= this.lengths.length) return;
    const capacity = Math.max(needed, Math.ceil(this.lengths.length * 1.5));
    this.lengths = copyInto(new Uint32Array(capacity), this.lengths);
    this.ordinals = copyInto(new Uint32Array(capacity), this.ordinals);
    this.live = copyInto(new Uint8Array(capacity), this.live);
  }
}

function copyInto<Column extends Uint32Array | Uint8Array>(column: Column, values: Column): Column {
  column.set(values);
  return column;
}
