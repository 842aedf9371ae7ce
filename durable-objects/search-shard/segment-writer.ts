import type { NumberRun, SegmentColumns } from "../../src/retrieval/segment/columns.ts";
import { mergeBlocks } from "../../src/retrieval/segment/merge-blocks.ts";
import type { ShardBatch } from "../../src/retrieval/segment/shard-batch.ts";
import type { TermBlock } from "../../src/retrieval/segment/term-block.ts";
import type { IndexedSegment, ShardIndex } from "../../src/retrieval/shard/shard-index.ts";
import { mapSlots } from "./compaction.ts";
import type { LoadedShard } from "./loaded-shard.ts";
import { TAIL } from "./shard-tail.ts";
import type { SegmentRow } from "./tables/segment-tables.ts";
import type { ShardTables } from "./tables/shard-tables.ts";

/** Chunks with consecutive numbers, and their vectors, one after the other. */
type WrittenVectors = { readonly run: NumberRun; readonly vectors: Int8Array };

/** Writes segments and the vectors of their chunks. Callers open transactions. */
export class SegmentWriter {
  readonly #tables: ShardTables;

  constructor(tables: ShardTables) {
    this.#tables = tables;
  }

  /**
   * Makes a segment of the tail, if it has chunks. Those of a call that has just been added do not have their vectors in
   * their own rows: these are `added`.
   */
  flush(shard: LoadedShard, added: WrittenVectors | null = null): void {
    const { index, tail, lists } = shard;
    const segment = index.segments.find(({ id }) => id === TAIL);
    if (!segment) return;
    for (const run of segment.runs) this.#moveVectors(shard, run, added);
    if (segment.removed > 0) this.#tables.removals.add(listRemoved(index, segment), Date.now());
    const blocks = segment.removed > 0 ? leaveOut(index, segment, tail.blocks()) : tail.blocks();
    tail.clear();
    const { removed, count } = segment;
    const row = this.describe(shard, {
      state: "live",
      place: segment.runs[0]?.first ?? 0,
      chunkCount: count,
      dropped: removed,
    });
    this.#tables.segments.put(row, index.columnsOf(segment), blocks);
    index.replace([segment], row.id, removed);
    lists.forget(new Set([TAIL]));
  }

  /** Writes a segment that no search sees yet. Its chunks' rows are written. Returns its id. */
  addStaged(
    shard: LoadedShard,
    { blocks }: ShardBatch,
    columns: SegmentColumns,
    { run, vectors }: WrittenVectors,
  ): number {
    if (shard.dimensions > 0) this.#tables.vectors.write(run, vectors, shard.dimensions);
    const place = run.first;
    const row = this.describe(shard, { state: "staged", place, chunkCount: run.count, dropped: 0 });
    this.#tables.segments.put(row, columns, blocks);
    return row.id;
  }

  /** Makes the row of a new segment, with the numbers from which a start of the shard goes on. */
  describe(
    shard: LoadedShard,
    segment: Pick<SegmentRow, "state" | "place" | "chunkCount" | "dropped">,
  ): SegmentRow {
    return {
      ...segment,
      id: this.#tables.segments.next().id,
      dimensions: shard.dimensions,
      analyzer: shard.analyzer.version,
      nextNumber: shard.indexedUntil,
      nextOrdinal: shard.nextOrdinal,
    };
  }

  /** Writes vectors that chunks have in their own rows, and those of `added`, to blocks. */
  #moveVectors({ dimensions }: LoadedShard, run: NumberRun, added: WrittenVectors | null): void {
    if (dimensions === 0) return;
    const vectors = new Int8Array(run.count * dimensions);
    for (const [number, vector] of this.#tables.vectors.readOwn(run)) {
      if (vector.length === dimensions) vectors.set(vector, (number - run.first) * dimensions);
    }
    const from = added ? added.run.first - run.first : -1;
    if (added && from >= 0 && from < run.count) vectors.set(added.vectors, from * dimensions);
    this.#tables.vectors.write(run, vectors, dimensions);
  }
}

/** Lists the numbers of the removed chunks of a segment. */
function listRemoved(index: ShardIndex, { base, runs }: IndexedSegment): NumberRun[] {
  let position = base;
  return runs.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, at) => ({ first: first + at, count: 1 })).filter(
      () => index.live[position++] === 0,
    ),
  );
}

/** Writes posting lists again without the removed chunks of their segment. */
function leaveOut(
  index: ShardIndex,
  segment: IndexedSegment,
  blocks: readonly TermBlock[],
): TermBlock[] {
  const { lengths } = index.columnsOf(segment);
  const slots = mapSlots(index, segment, 0, null);
  return [
    ...mergeBlocks([{ blocks: blocks.map(({ bytes }) => bytes), offset: 0, slots, lengths }]),
  ];
}

/** The number of the first chunk that a shard ever has. */
const FIRST_NUMBER = 1;

/** Takes the version of the analyzer of a call with chunks. Throws if the shard has chunks of another version. */
export const admitAnalyzer = ({ analyzer, nextNumber }: LoadedShard, batch: ShardBatch): void =>
  analyzer.admit(batch, nextNumber === FIRST_NUMBER);

/** Tests whether the vectors of a call have another length than the shard's, since the model was replaced. */
export const hasOtherVectors = ({ dimensions }: LoadedShard, batch: ShardBatch): boolean =>
  dimensions > 0 && batch.dimensions > 0 && batch.dimensions !== dimensions;

/**
 * Returns the vectors of a call's chunks as the shard stores them. Vectors of another length than the shard's, from
 * another model, are zeros: they are similar to nothing, and their chunks are still found by their words.
 */
export function fitVectors(shard: LoadedShard, batch: ShardBatch, count: number): Int8Array {
  if (count > 0) shard.dimensions ||= batch.dimensions;
  const isSame = batch.dimensions === shard.dimensions;
  return isSame ? batch.vectors : new Int8Array(count * shard.dimensions);
}
