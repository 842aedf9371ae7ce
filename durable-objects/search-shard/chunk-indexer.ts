import { type NumberRun, sliceRuns } from "../../src/retrieval/segment/columns.ts";
import { type ChunkTerms, makeBlocks } from "../../src/retrieval/segment/make-blocks.ts";
import { REST } from "./load-unindexed.ts";
import type { LoadedShard } from "./loaded-shard.ts";
import type { SegmentWriter } from "./segment-writer.ts";
import type { StagedFiles } from "./staged-files.ts";
import type { ShardTables } from "./tables/shard-tables.ts";

const NO_TERMS: ChunkTerms = { heading: [], body: [], name: [] };

/**
 * Makes segments of the chunks that are in none: those of a shard from before segments, or all of them after a part of
 * the index was damaged. Each slice is one transaction, after which the shard is whole: the chunks that are left are
 * searched as before. Callers open transactions.
 */
export class ChunkIndexer {
  readonly #tables: ShardTables;
  readonly #writer: SegmentWriter;

  constructor(tables: ShardTables, writer: SegmentWriter) {
    this.#tables = tables;
    this.#writer = writer;
  }

  /** True if `slice` has something to do. */
  get isBusy(): boolean {
    return this.#tables.unindexed.read() !== null;
  }

  /** Makes a segment of the next chunks. */
  slice(shard: LoadedShard): void {
    const { unindexed, segments } = this.#tables;
    const state = unindexed.read();
    const rest = shard.index.segments.find(({ id }) => id === REST);
    if (!state) return;
    if (!rest) {
      this.#end();
      return;
    }
    const count = Math.min(this.#tables.limits.indexedASlice, rest.count);
    const runs = sliceRuns(rest.runs, 0, count);
    const columns = shard.index.columnsOf({ base: rest.base, count, runs });
    this.#moveVectors(runs, shard);
    const [first] = runs;
    const last = runs.at(-1);
    if (!first || !last) throw new Error("A shard has no chunks left that are in no segment");
    const blocks = makeBlocks(this.#readTerms(shard, runs, count));
    const row = this.#writer.describe(shard, {
      state: "live",
      place: first.first,
      chunkCount: count,
      dropped: 0,
    });
    const { dropped } = shard.index.split(rest, count, row.id);
    segments.put({ ...row, dropped }, columns, blocks);
    shard.lists.forget(new Set([REST]));
    if (rest.count === 0) this.#end();
    else unindexed.write({ ...state, nextNumber: last.first + last.count });
  }

  /** Begins to make the whole index again from the chunks. What is staged is lost, and its consumer begins again. */
  startAgain(staged: StagedFiles): void {
    const { segments, unindexed, removals, vectors } = this.#tables;
    const dimensions = segments.next().dimensions || vectors.ownDimensions(0);
    const before = unindexed.read();
    staged.drop(this.#tables.staged.all());
    this.#tables.merges.dropAll();
    segments.dropAll();
    vectors.erase(removals.list(), dimensions || (before?.dimensions ?? 0));
    removals.dropAll();
    unindexed.write({
      nextNumber: 1,
      lastNumber: unindexed.lastNumber(),
      dimensions: dimensions || (before?.dimensions ?? 0),
      hasPostings: 0,
    });
    unindexed.dropPostings();
  }

  #end(): void {
    this.#tables.unindexed.write(null);
    this.#tables.unindexed.dropPostings();
  }

  /** Returns the index terms of the chunks in each slot; none for a removed chunk. */
  #readTerms({ analyzer }: LoadedShard, runs: readonly NumberRun[], count: number): ChunkTerms[] {
    const terms: ChunkTerms[] = Array.from({ length: count }, () => NO_TERMS);
    let slot = 0;
    for (const { first, count: length } of runs) {
      for (const chunk of this.#tables.chunks.texts(first, first + length - 1)) {
        terms[slot + chunk.number - first] = analyzer.readTerms(chunk);
      }
      slot += length;
    }
    return terms;
  }

  /** Moves the vectors that chunks have in their own rows to blocks. */
  #moveVectors(runs: readonly NumberRun[], { dimensions }: LoadedShard): void {
    const { vectors } = this.#tables;
    if (dimensions === 0) return;
    for (const run of runs) {
      const own = vectors.readOwn(run);
      if ([...own.values()].every(({ length }) => length === 0)) continue;
      const rows = vectors.read(run, dimensions);
      for (const [number, vector] of own) {
        if (vector.length === dimensions) rows.set(vector, (number - run.first) * dimensions);
      }
      vectors.write(run, rows, dimensions);
      vectors.dropOwn(run);
    }
  }
}
