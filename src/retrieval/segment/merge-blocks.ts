import { type ByteSlice, ByteWriter, compareSlices, wholeOf } from "./bytes.ts";
import {
  BlockCursor,
  BlockWriter,
  eachPosting,
  type Posting,
  type TermBlock,
  writePosting,
} from "./term-block.ts";

/** A number holds this many bytes of a key. */
const HEAD_BYTES = 7;
const NO_BYTES = wholeOf(new Uint8Array());

/** A source of a merge: the blocks of a segment, and the slots of its chunks in the merged segment. */
export type MergeSource = {
  /** The sealed blocks, in the order of their keys. */
  readonly blocks: Iterable<Uint8Array>;
  /** The slot of the source's first chunk in the merged segment. */
  readonly offset: number;
  /**
   * The slot of each chunk in the merged segment, -1 for a removed chunk; null if no chunk is left out, so that every
   * slot moves by `offset`.
   */
  readonly slots: Int32Array | null;
  /** The length of each chunk in index terms. Used only if `slots` is not null. */
  readonly lengths: Uint32Array;
};

/**
 * Merges the posting lists of consecutive segments and yields the blocks of the merged segment. It copies the bytes of
 * a list, except its first posting. Only the lists of a source with `slots` are decoded, to leave out removed chunks.
 * `after` skips the lists up to that key, to continue a merge that was interrupted there; `blockBytes` is the usual
 * size of a block.
 */
export function* mergeBlocks(
  sources: readonly MergeSource[],
  { after = null, blockBytes }: { after?: Uint8Array | null; blockBytes?: number } = {},
): Generator<TermBlock, void, undefined> {
  const merge = new Merge(sources, after, new BlockWriter(blockBytes));
  for (let block = merge.next(); block; block = merge.next()) yield block;
}

/** A merge in progress. */
class Merge {
  readonly #sources: readonly SourceCursor[];
  /** For each source, the head of its present key; infinity once it has no list left. */
  readonly #heads: Float64Array;
  readonly #joined = new JoinedList();
  readonly #writer: BlockWriter;

  constructor(sources: readonly MergeSource[], after: Uint8Array | null, writer: BlockWriter) {
    this.#sources = sources.map((source) => new SourceCursor(source));
    this.#heads = Float64Array.from(this.#sources, (one) => one.next(after));
    this.#writer = writer;
  }

  /** Joins lists until a block is finished, which it returns. Returns null if no list is left. */
  next(): TermBlock | null {
    const least: number[] = [];
    while (this.#findLeast(least)) {
      for (const source of least) this.#sources[source]?.addTo(this.#joined);
      const key = this.#sources[least[0] ?? 0]?.key ?? NO_BYTES;
      const block = this.#joined.write(key, this.#writer);
      for (const source of least) this.#heads[source] = this.#sources[source]?.next() ?? Infinity;
      if (block) return block;
    }
    return this.#writer.finish();
  }

  /** Finds the sources whose present list has the least key, in their order. Returns false if all have ended. */
  #findLeast(least: number[]): boolean {
    least.length = 0;
    let head = Infinity;
    for (let source = 0; source < this.#heads.length; source++) {
      const own = this.#heads[source] ?? Infinity;
      if (own > head || own === Infinity) continue;
      const order = own < head ? -1 : this.#compare(source, least[0] ?? 0);
      if (order < 0) least.length = 0;
      if (order <= 0) least.push(source);
      head = own;
    }
    return least.length > 0;
  }

  #compare(one: number, other: number): number {
    const key = this.#sources[other]?.key ?? NO_BYTES;
    return compareSlices(this.#sources[one]?.key ?? NO_BYTES, key);
  }
}

/** A cursor over the posting lists of one source, from block to block. */
class SourceCursor {
  readonly #source: MergeSource;
  readonly #blocks: Iterator<Uint8Array>;
  #block: BlockCursor | null = null;

  constructor(source: MergeSource) {
    this.#source = source;
    this.#blocks = source.blocks[Symbol.iterator]();
  }

  /** The key of the present list. */
  get key(): ByteSlice {
    return this.#block?.key ?? NO_BYTES;
  }

  /**
   * Goes to the next list whose key is greater than `after`. Returns the head of its key, by which most keys differ:
   * the first `HEAD_BYTES` bytes as a number; infinity if there is no such list.
   */
  next(after: Uint8Array | null = null): number {
    const last = after && wholeOf(after);
    for (;;) {
      if (!this.#block) {
        const { done, value } = this.#blocks.next();
        if (done) return Infinity;
        this.#block = new BlockCursor(value);
      }
      while (this.#block.next()) {
        const { key } = this.#block;
        if (last === null || compareSlices(key, last) > 0) return readHead(key);
      }
      this.#block = null;
    }
  }

  /** Adds the present list to the one that is being joined. */
  addTo(joined: JoinedList): void {
    if (!this.#block) return;
    const { slots, offset, lengths } = this.#source;
    if (slots === null) joined.append(this.#block, offset);
    else joined.appendKept(this.#block, slots, lengths);
  }
}

function readHead({ bytes, start, end }: ByteSlice): number {
  let head = 0;
  for (let at = start; at < start + HEAD_BYTES; at++) {
    head = head * 256 + (at < end ? (bytes[at] ?? 0) : 0);
  }
  return head;
}

/** The posting list of one term while it is joined from those of the sources. */
class JoinedList {
  #documentCount = 0;
  #largestFrequency = 0;
  #smallestLength = 0;
  #first: Posting | null = null;
  #lastSlot = 0;
  readonly #rest = new ByteWriter();

  /** Appends a whole list by copying its bytes. All of its slots move by `offset`. */
  append(list: BlockCursor, offset: number): void {
    this.#add({ ...list.first, slot: list.first.slot + offset });
    this.#rest.copy(list.rest);
    this.#lastSlot = list.lastSlot + offset;
    this.#note(list.documentCount, list.largestFrequency, list.smallestLength);
  }

  /** Appends the postings of the chunks that are kept, with their new slots. */
  appendKept(list: BlockCursor, slots: Int32Array, lengths: Uint32Array): void {
    eachPosting(list, (old, heading, body) => {
      const slot = slots[old] ?? -1;
      if (slot < 0) return;
      this.#add({ slot, heading, body });
      this.#lastSlot = slot;
      this.#note(1, heading + body, lengths[old] ?? 0);
    });
  }

  /**
   * Writes the list, unless it is empty, and starts the next one. Returns the finished block if the list did not fit in
   * it; otherwise null.
   */
  write(key: ByteSlice, writer: BlockWriter): TermBlock | null {
    const first = this.#first;
    if (!first) return null;
    const head = {
      documentCount: this.#documentCount,
      largestFrequency: this.#largestFrequency,
      smallestLength: this.#smallestLength,
      first,
      lastSlot: this.#lastSlot,
    };
    const block = writer.add(key, head, this.#rest.slice);
    this.#first = null;
    this.#documentCount = 0;
    this.#rest.length = 0;
    return block;
  }

  #add(posting: Posting): void {
    if (this.#first) writePosting(this.#rest, this.#lastSlot, posting);
    else this.#first = posting;
  }

  #note(documentCount: number, largestFrequency: number, smallestLength: number): void {
    const isFirst = this.#documentCount === 0;
    this.#documentCount += documentCount;
    this.#largestFrequency = isFirst
      ? largestFrequency
      : Math.max(this.#largestFrequency, largestFrequency);
    this.#smallestLength = isFirst
      ? smallestLength
      : Math.min(this.#smallestLength, smallestLength);
  }
}
