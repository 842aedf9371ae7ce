import {
  joinRuns,
  type NumberRun,
  type SegmentColumns,
} from "../../src/retrieval/segment/columns.ts";
import { makeBlocks } from "../../src/retrieval/segment/make-blocks.ts";
import { mergeBlocks } from "../../src/retrieval/segment/merge-blocks.ts";
import { findBlock, type TermBlock } from "../../src/retrieval/segment/term-block.ts";
import type { ShardAnalyzer } from "./shard-analyzer.ts";
import type { ShardLimits } from "./shard-limits.ts";
import type { TailChunk } from "./tables/chunk-tables.ts";

/** The id of the in-memory segment with the newest chunks, which no stored segment contains. */
export const TAIL = -1;

/** The posting lists of `count` consecutive chunks of the tail, as the caller's `makeBatch` made them. */
type TailPart = { readonly blocks: readonly TermBlock[]; readonly count: number };

/**
 * The tail of a shard: its newest chunks, from small write calls, as an in-memory segment. In storage they are only
 * rows of chunks, so that a write call of one file writes two rows; their posting lists are made again from their texts
 * after the shard is loaded. When the tail is full, `SegmentWriter` makes a stored segment of it.
 */
export class ShardTail {
  /** The number of the first chunk; without meaning if `count` is 0. */
  first = 0;
  /** Number of chunks, removed ones included. */
  count = 0;
  readonly #limits: ShardLimits;
  readonly #analyzer: Pick<ShardAnalyzer, "readTerms">;
  #parts: TailPart[] = [];
  /** Chunks from storage whose posting lists are not made yet. */
  #stored: readonly TailChunk[] = [];

  constructor(limits: ShardLimits, analyzer: Pick<ShardAnalyzer, "readTerms">) {
    this.#limits = limits;
    this.#analyzer = analyzer;
  }

  /** Starts the tail with the chunks that were in storage when the shard was loaded. Returns their columns. */
  load(chunks: readonly TailChunk[]): SegmentColumns {
    this.#stored = chunks;
    this.count = chunks.length;
    this.first = chunks[0]?.number ?? 0;
    return {
      runs: joinRuns(chunks.map(({ number }) => ({ first: number, count: 1 }))),
      lengths: Uint32Array.from(chunks, ({ length }) => length),
      ordinals: Uint32Array.from(chunks, ({ fileOrdinal }) => fileOrdinal ?? 0),
    };
  }

  /** True if a call with this many chunks can stay in the tail. */
  hasRoomFor(chunkCount: number): boolean {
    const { smallCall, tailMax } = this.#limits;
    return chunkCount < smallCall && this.count + chunkCount <= tailMax;
  }

  /** Adds the chunks of a write call after the others. `first` is the number of the first of them. */
  add(blocks: readonly TermBlock[], { first, count }: NumberRun): void {
    if (this.count === 0) this.first = first;
    this.#parts.push({ blocks, count });
    this.count += count;
  }

  /** Returns the posting lists of all chunks, removed ones included. */
  blocks(): readonly TermBlock[] {
    if (this.#stored.length > 0) this.#index();
    const [only] = this.#parts;
    if (this.#parts.length <= 1) return only?.blocks ?? [];
    let offset = 0;
    const sources = this.#parts.map(({ blocks, count }) => {
      const bytes = blocks.map((block) => block.bytes);
      const source = { blocks: bytes, offset, slots: null, lengths: new Uint32Array() };
      offset += count;
      return source;
    });
    const joined = { blocks: [...mergeBlocks(sources)], count: offset };
    this.#parts = [joined];
    return joined.blocks;
  }

  /** Returns the only block that can contain the posting list of a key; null if no block can. */
  findBlock(key: Uint8Array): Uint8Array | null {
    return findBlock(this.blocks(), key);
  }

  /** Forgets all chunks, since they are in a segment now. */
  clear(): void {
    this.count = 0;
    this.#parts = [];
    this.#stored = [];
  }

  #index(): void {
    const terms = this.#stored.map((chunk) => this.#analyzer.readTerms(chunk));
    this.#parts.unshift({ blocks: makeBlocks(terms), count: this.#stored.length });
    this.#stored = [];
  }
}
