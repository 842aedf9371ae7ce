import {
  joinRuns,
  type NumberRun,
  type SegmentColumns,
} from "../../src/retrieval/segment/columns.ts";
import { makeBlocks } from "../../src/retrieval/segment/make-blocks.ts";
import { mergeBlocks } from "../../src/retrieval/segment/merge-blocks.ts";
import { findBlock, type TermBlock } from "../../src/retrieval/segment/term-block.ts";
import { indexTerms } from "../../src/retrieval/tokenize.ts";
import type { ShardLimits } from "./shard-limits.ts";
import type { TailChunk } from "./tables/chunk-tables.ts";

/** The id of the segment in memory that has the newest chunks, which are in no segment of the storage. */
export const TAIL = -1;

/** The posting lists of some of the chunks, as the consumer has made them. */
type TailPart = { readonly blocks: readonly TermBlock[]; readonly count: number };

/**
 * The newest chunks of a shard, from small calls, as a segment in memory. In storage they are rows of chunks alone, so
 * that a call of one file writes two rows; their posting lists are made again from their texts when the shard is
 * loaded. When they are many, they become a segment.
 */
export class ShardTail {
  /** The number of the first chunk, if there are any. */
  first = 0;
  /** Number of chunks, removed ones included. */
  count = 0;
  readonly #limits: ShardLimits;
  #parts: TailPart[] = [];
  /** Chunks from the storage whose posting lists are not made yet. */
  #stored: readonly TailChunk[] = [];

  constructor(limits: ShardLimits) {
    this.#limits = limits;
  }

  /** Takes the chunks that are in storage. Returns their columns. */
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

  /** Adds the chunks of a call, whose numbers begin with `first`, behind the others. */
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

  /** Returns the block in which a key's posting list is, if there is one; null if there cannot be one. */
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
    const terms = this.#stored.map(({ heading, text, filename }) => ({
      heading: indexTerms(heading),
      body: indexTerms(text),
      name: indexTerms(filename),
    }));
    this.#parts.unshift({ blocks: makeBlocks(terms), count: this.#stored.length });
    this.#stored = [];
  }
}
