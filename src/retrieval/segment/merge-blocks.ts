import { ByteWriter, compareBytes } from "./bytes.ts";
import {
  BlockCursor,
  BlockWriter,
  eachPosting,
  type ListHead,
  type Posting,
  type TermBlock,
  writePosting,
} from "./term-block.ts";

/** A segment that is merged: its blocks in order, and where its chunks are in the merged segment. */
export type MergeSource = {
  /** The sealed blocks, in the order of their keys. */
  readonly blocks: Iterable<Uint8Array>;
  /** The slot of the source's first chunk in the merged segment. */
  readonly offset: number;
  /** The slot in the merged segment of each chunk, -1 for a removed one; null if none is removed and none moves. */
  readonly slots: Int32Array | null;
  /** The length of each chunk in index terms. Only read if `slots` is not null. */
  readonly lengths: Uint32Array;
};

/**
 * Merges the posting lists of consecutive segments, and yields the blocks of the merged segment. Lists are joined by
 * copying their bytes: only the first posting of each is written again. The lists of a segment with removed chunks are
 * decoded, and lose them. With `after`, lists up to that key are left out: a merge that was interrupted after this key
 * continues there.
 */
export function* mergeBlocks(
  sources: readonly MergeSource[],
  { after = null, blockBytes }: { after?: Uint8Array | null; blockBytes?: number } = {},
): Generator<TermBlock, void, undefined> {
  const open = sources.map((source) => new SourceCursor(source)).filter((one) => one.next(after));
  const writer = new BlockWriter(blockBytes);
  const joined = new JoinedList();
  while (open.length > 0) {
    const key = smallestKey(open);
    for (const one of open) if (one.isAt(key)) one.addTo(joined);
    const block = joined.write(key, writer);
    if (block) yield block;
    for (let index = open.length - 1; index >= 0; index--) {
      const one = open[index];
      if (one?.isAt(key) && !one.next()) open.splice(index, 1);
    }
  }
  const last = writer.finish();
  if (last) yield last;
}

function smallestKey(open: readonly SourceCursor[]): Uint8Array {
  let best: Uint8Array | null = null;
  for (const { key } of open) if (best === null || compareBytes(key, best) < 0) best = key;
  return best ?? new Uint8Array();
}

/** Walks over the lists of one source, from block to block. */
class SourceCursor {
  readonly #source: MergeSource;
  readonly #blocks: Iterator<Uint8Array>;
  #block: BlockCursor | null = null;

  constructor(source: MergeSource) {
    this.#source = source;
    this.#blocks = source.blocks[Symbol.iterator]();
  }

  /** The key of the present list. */
  get key(): Uint8Array {
    return this.#block?.key ?? new Uint8Array();
  }

  /** True if the present list has this key. */
  isAt(key: Uint8Array): boolean {
    return compareBytes(this.key, key) === 0;
  }

  /** Goes to the next list whose key is greater than `after`. Returns false if there is none. */
  next(after: Uint8Array | null = null): boolean {
    for (;;) {
      if (!this.#block) {
        const { done, value } = this.#blocks.next();
        if (done) return false;
        this.#block = new BlockCursor(value);
      }
      while (this.#block.next()) {
        if (after === null || compareBytes(this.key, after) > 0) return true;
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

/** The posting list of one term, as it is put together from those of the sources. */
class JoinedList {
  #documentCount = 0;
  #largestFrequency = 0;
  #smallestLength = 0;
  #first: Posting | null = null;
  #lastSlot = 0;
  readonly #rest = new ByteWriter();

  /** Appends a whole list whose slots move by `offset`, by copying it. */
  append(list: ListHead & { readonly rest: Uint8Array }, offset: number): void {
    this.#add({ ...list.first, slot: list.first.slot + offset });
    this.#rest.raw(list.rest);
    this.#lastSlot = list.lastSlot + offset;
    this.#note(list.documentCount, list.largestFrequency, list.smallestLength);
  }

  /** Appends the postings of a list whose chunks are kept, in the slots where they are from now on. */
  appendKept(list: BlockCursor, slots: Int32Array, lengths: Uint32Array): void {
    eachPosting(list, (old, heading, body) => {
      const slot = slots[old] ?? -1;
      if (slot < 0) return;
      this.#add({ slot, heading, body });
      this.#lastSlot = slot;
      this.#note(1, heading + body, lengths[old] ?? 0);
    });
  }

  /** Writes the list, unless it is empty, and begins the next one. Returns a block if one is full. */
  write(key: Uint8Array, writer: BlockWriter): TermBlock | null {
    const first = this.#first;
    if (!first) return null;
    const head = {
      documentCount: this.#documentCount,
      largestFrequency: this.#largestFrequency,
      smallestLength: this.#smallestLength,
      first,
      lastSlot: this.#lastSlot,
    };
    const block = writer.add(key, head, this.#rest.view());
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
