import { joinRuns, type SegmentColumns } from "../../src/retrieval/segment/columns.ts";
import { makeList, type PostingList } from "../../src/retrieval/segment/posting-list.ts";
import type { IndexedSegment } from "../../src/retrieval/shard/shard-index.ts";
import type { ShardTables } from "./tables/shard-tables.ts";
import type { Unindexed } from "./tables/unindexed-tables.ts";

/** The id of the in-memory segment with the chunks that wait to be indexed (see `Unindexed`). */
export const REST = 0;

/** Thrown while a shard rebuilds its index from its chunks, because a part of the index was damaged. */
export class ShardRebuilding extends Error {
  override readonly name = "ShardRebuilding";
}

/** Reads the columns of the chunks that wait to be indexed from the rows of the chunks. */
export function loadUnindexed(tables: ShardTables, unindexed: Unindexed): SegmentColumns {
  const chunks = tables.chunks.plainChunks(unindexed.nextNumber, unindexed.lastNumber);
  return {
    runs: joinRuns(chunks.map(({ number }) => ({ first: number, count: 1 }))),
    lengths: Uint32Array.from(chunks, ({ length }) => length),
    ordinals: Uint32Array.from(chunks, ({ fileOrdinal }) => fileOrdinal ?? 0),
  };
}

/**
 * Reads the posting list of a term from the FTS5 postings that builds before segments have stored. Throws
 * `ShardRebuilding` if there are none.
 */
export function readOldList(
  tables: ShardTables,
  { runs }: IndexedSegment,
  term: string,
): PostingList {
  if (tables.unindexed.read()?.hasPostings !== 1) {
    throw new ShardRebuilding("The search shard is making its index again; try again in a minute");
  }
  const frequencies = new Map<number, number>();
  let [run, slot] = [0, 0];
  // Both the numbers and the runs are ascending.
  for (const number of tables.unindexed.postings(term)) {
    let range = runs[run];
    while (range && number >= range.first + range.count) {
      slot += range.count;
      range = runs[++run];
    }
    if (!range) break;
    if (number < range.first) continue;
    const at = slot + number - range.first;
    frequencies.set(at, (frequencies.get(at) ?? 0) + 1);
  }
  return makeList(frequencies);
}
