import { parseJson, toFlag, toJson } from "../../src/columns.ts";
import { joinColumns, type SegmentColumns } from "../../src/retrieval/segment/columns.ts";
import { type MergeSource, mergeBlocks } from "../../src/retrieval/segment/merge-blocks.ts";
import { chooseMerge } from "../../src/retrieval/segment/merge-policy.ts";
import { lastKeyOf, type TermBlock } from "../../src/retrieval/segment/term-block.ts";
import type { IndexedSegment } from "../../src/retrieval/shard/shard-index.ts";
import { isStored, keepLive, mapSlots } from "./compaction.ts";
import type { LoadedShard } from "./loaded-shard.ts";
import type { SegmentWriter } from "./segment-writer.ts";
import type { MergeRow } from "./tables/merge-tables.ts";
import type { SegmentRow } from "./tables/segment-tables.ts";
import type { ShardTables } from "./tables/shard-tables.ts";

/** A merge begins beside another one if that has at least this many times as many chunks. */
const NESTED_RATIO = 4;

/**
 * Keeps the number of a shard's segments low by merging segments of similar size. Large merges run in slices, each in
 * one transaction, so that calls are answered in between; searches use the sources until the last slice. Callers open
 * transactions.
 */
export class SegmentMerger {
  readonly #tables: ShardTables;
  readonly #writer: SegmentWriter;
  /** The blocks of the merges in progress that are still to be written, by their targets. */
  readonly #running = new Map<number, Iterator<TermBlock>>();

  constructor(tables: ShardTables, writer: SegmentWriter) {
    this.#tables = tables;
    this.#writer = writer;
  }

  /** Merges the newest segments as `chooseMerge` says. Only begins a large merge, which `slice` then does. */
  mergeNewest(shard: LoadedShard): void {
    for (let sources = this.#choose(shard); sources; sources = this.#choose(shard)) {
      const count = sources.reduce((sum, source) => sum + source.count, 0);
      if (count > this.#tables.limits.mergedAtOnce) {
        this.#begin(shard, sources, false);
        return;
      }
      this.#mergeAtOnce(shard, sources);
    }
  }

  /** Begins to rewrite segments without their removed chunks, unless another merge is in progress. */
  compact(shard: LoadedShard, sources: readonly IndexedSegment[]): void {
    if (this.#tables.merges.newest() === null) this.#begin(shard, sources, true);
  }

  /** True if `slice` has something to do. */
  get isBusy(): boolean {
    return this.#tables.merges.newest() !== null || this.#tables.merges.hasRetired();
  }

  /**
   * Does the next slice of the merge in progress or, if there is none, deletes parts of segments that a merge has
   * replaced. Returns true if the caller must load the shard again, because a compaction has changed the positions of
   * its chunks. `sliceBytes` is the size of a slice's posting lists, in bytes.
   */
  slice(shard: LoadedShard, sliceBytes = this.#tables.limits.sliceBytes): boolean {
    const merge = this.#tables.merges.newest();
    if (!merge) {
      this.#tables.merges.dropRetired(this.#tables.limits.partsASlice);
      return false;
    }
    const sources = findSources(shard, merge);
    const running = this.#running.get(merge.target) ?? this.#run(shard, merge, sources);
    this.#running.set(merge.target, running);
    const blocks: TermBlock[] = [];
    for (let bytes = 0; bytes < sliceBytes;) {
      const { done, value } = running.next();
      if (done) {
        this.#tables.segments.addBlocks(merge.target, blocks);
        return this.#finish(shard, merge, sources);
      }
      blocks.push(value);
      bytes += value.bytes.length;
    }
    this.#tables.segments.addBlocks(merge.target, blocks);
    const last = blocks.at(-1);
    if (last) this.#tables.merges.put({ ...merge, afterKey: lastKeyOf(last).slice().buffer });
    return false;
  }

  /**
   * Does half a slice of the merge in progress within a write, unless it is a compaction, at the end of which positions
   * change.
   */
  help(shard: LoadedShard): void {
    if (this.#tables.merges.newest()?.compacts === 0) {
      this.slice(shard, this.#tables.limits.sliceBytes / 2);
    }
  }

  /** Forgets the in-memory state of the merge after a transaction has failed. The next slice continues from storage. */
  forget(): void {
    this.#running.clear();
  }

  /**
   * Chooses adjacent segments to merge, among those that are in no other merge; null if there are none. A merge that is
   * not done at once may begin beside another one if it is much smaller: otherwise small segments would grow in number
   * while large ones are merged.
   */
  #choose(shard: LoadedShard): IndexedSegment[] | null {
    const merges = this.#tables.merges.list();
    const busy = new Set(merges.flatMap(({ sources }) => parseJson(sources)));
    const [newest] = merges;
    const other = newest ? (this.#tables.segments.find(newest.target)?.chunkCount ?? 0) : Infinity;
    const chunksMax = Math.max(other / NESTED_RATIO, this.#tables.limits.mergedAtOnce);
    let group: IndexedSegment[] = [];
    const groups = [group];
    for (const segment of shard.index.segments) {
      if (isStored(segment) && !busy.has(segment.id)) group.push(segment);
      else groups.push((group = []));
    }
    for (const one of groups.toReversed()) {
      const count = chooseMerge(
        one.map((segment) => segment.count),
        this.#tables.limits.merged,
      );
      const sources = count > 0 ? one.slice(-count) : [];
      const chunks = sources.reduce((sum, source) => sum + source.count, 0);
      if (sources.length > 0 && chunks <= chunksMax) return sources;
    }
    return null;
  }

  #mergeAtOnce(shard: LoadedShard, sources: readonly IndexedSegment[]): void {
    const { segments } = this.#tables;
    const columns = joinColumns(sources.map((source) => shard.index.columnsOf(source)));
    const row = this.#makeRow(shard, sources, { state: "live", count: columns.lengths.length });
    const inputs = this.#sourcesOf(shard, sources, null, null);
    segments.put(row, columns, [
      ...mergeBlocks(inputs, { blockBytes: this.#tables.limits.blockBytes }),
    ]);
    for (const { id } of sources) segments.drop(id);
    this.#switch(shard, sources, row);
  }

  #begin(shard: LoadedShard, sources: readonly IndexedSegment[], compacts: boolean): void {
    const all = joinColumns(sources.map((source) => shard.index.columnsOf(source)));
    const columns = compacts ? keepLive(shard.index, sources) : all;
    const row = this.#makeRow(shard, sources, { state: "merging", count: columns.lengths.length });
    this.#tables.segments.put(row, columns, []);
    this.#tables.merges.put({
      target: row.id,
      sources: toJson(sources.map(({ id }) => id)),
      removed: row.dropped,
      compacts: toFlag(compacts),
      afterKey: null,
    });
  }

  #makeRow(
    shard: LoadedShard,
    sources: readonly IndexedSegment[],
    { state, count }: { state: SegmentRow["state"]; count: number },
  ): SegmentRow {
    const [first] = sources;
    const oldest = first ? this.#tables.segments.find(first.id) : null;
    if (!oldest) throw new Error("A segment that is merged is not in storage");
    const dropped = sources.reduce((sum, { removed }) => sum + removed, 0);
    const { place } = oldest;
    return this.#writer.describe(shard, { state, place, chunkCount: count, dropped });
  }

  /** Continues a merge behind the last posting list that is written. */
  #run(
    shard: LoadedShard,
    merge: MergeRow,
    sources: readonly IndexedSegment[],
  ): Iterator<TermBlock> {
    const after = merge.afterKey && new Uint8Array(merge.afterKey);
    const target = merge.compacts ? this.#tables.segments.readColumns(merge.target) : null;
    const inputs = this.#sourcesOf(shard, sources, target, after);
    return mergeBlocks(inputs, { after, blockBytes: this.#tables.limits.blockBytes });
  }

  /**
   * Describes the sources of a merge for `mergeBlocks`. `target` has the columns of a compaction's target; null for a
   * plain merge.
   */
  #sourcesOf(
    shard: LoadedShard,
    sources: readonly IndexedSegment[],
    target: SegmentColumns | null,
    after: Uint8Array | null,
  ): MergeSource[] {
    const base = sources[0]?.base ?? 0;
    return sources.map((source) => ({
      blocks: this.#tables.segments.blocks(source.id, after),
      offset: source.base - base,
      slots: mapSlots(shard.index, source, source.base - base, target),
      lengths: shard.index.lengths.subarray(source.base, source.base + source.count),
    }));
  }

  /** Puts the target in place of the sources. */
  #finish(shard: LoadedShard, merge: MergeRow, sources: readonly IndexedSegment[]): boolean {
    const row = this.#tables.segments.find(merge.target);
    if (!row) throw new Error("The target of a merge is not in storage");
    const removed = sources.reduce((sum, source) => sum + source.removed, 0);
    // If chunks were removed during the merge, only the lists written after that leave them out: the number is unknown.
    const kept = merge.compacts ? 0 : merge.removed;
    const dropped = removed === merge.removed ? kept : -1;
    this.#tables.segments.finish(merge.target, dropped);
    this.#tables.merges.retire(merge.sources);
    this.#tables.merges.drop(merge.target);
    this.#running.delete(merge.target);
    if (!merge.compacts) this.#switch(shard, sources, { ...row, dropped });
    return merge.compacts === 1;
  }

  #switch(shard: LoadedShard, sources: readonly IndexedSegment[], row: SegmentRow): void {
    shard.index.replace(sources, row.id, row.dropped);
    shard.lists.forget(new Set(sources.map(({ id }) => id)));
  }
}

function findSources({ index }: LoadedShard, merge: MergeRow): IndexedSegment[] {
  const ids = parseJson(merge.sources);
  const sources = index.segments.filter(({ id }) => ids.includes(id));
  if (sources.length !== ids.length) throw new Error("A segment that is merged is not in memory");
  return sources;
}
