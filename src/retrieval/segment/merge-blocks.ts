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

/** The posting list of one term while it is joined from those of the sources. */
class JoinedList {
  #documentCount = 0;
  #largestFrequency = 0;
  #smallestLength = 0;
  #first: Posting | null = null;
  #lastSlot = 0;
  readonly #rest = new ByteWriter();

  /** Appends a whole list by copying its bytes. All of its slots move by `offset`. */
  append(list: ListHead & { readonly rest: Uint8Array }, offset: number): void {
    this.#add({ ...list.first, slot: list.first.slot + offset });
    this.#rest.raw(list.rest);
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
