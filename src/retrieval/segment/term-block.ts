import {
  type ByteSlice,
  ByteReader,
  ByteWriter,
  compareBytes,
  compareSlices,
  openSealed,
  viewOf,
  wholeOf,
} from "./bytes.ts";

/**
 * The fields of chunks that have their own posting lists. `text`: headings and text, whose terms are scored; `name`:
 * the words of the file's name, which are stored and not scored. The number is the first byte of a list's key, so that
 * another kind of list (such as positions) needs only another number.
 */
export const FIELD = { text: 1, name: 2 } as const;

/** Returns the key of a term's posting list in a field: the field's number as one byte, then the term in UTF-8. */
export function encodeKey(field: (typeof FIELD)[keyof typeof FIELD], term: string): Uint8Array {
  const bytes = encoder.encode(term);
  const key = new Uint8Array(bytes.length + 1);
  key[0] = field;
  key.set(bytes, 1);
  return key;
}

const encoder = new TextEncoder();

/**
 * An occurrence of a term in a chunk: the chunk's slot (its place in the segment, from 0), and the term's frequency in
 * the headings and in the text (`body`).
 */
export type Posting = { readonly slot: number; readonly heading: number; readonly body: number };

/** The head of a posting list, which is readable without decoding its postings. */
export type ListHead = {
  readonly documentCount: number;
  /**
   * The term's highest frequency in a chunk, headings and text together, and the length of the shortest of its chunks
   * in index terms.
   */
  readonly largestFrequency: number;
  readonly smallestLength: number;
  readonly first: Posting;
  readonly lastSlot: number;
};

/** A block of posting lists, sealed with a checksum, and the key of its first list. */
export type TermBlock = { readonly firstKey: Uint8Array; readonly bytes: Uint8Array<ArrayBuffer> };

/** Usual size of a block in bytes. A search reads a whole block to find one term. */
const BLOCK_BYTES = 16_384;
/** Maximum size of a posting list in bytes. A row of the platform's SQLite holds 2 MB. */
const LIST_BYTES_MAX = 1_900_000;

/**
 * Writes posting lists into blocks, in the order of their keys. A list is never split. An entry of a block is: length
 * of the key, key, document count, largest frequency, smallest length, first slot, its frequencies, last slot, length
 * of the rest in bytes, rest. The rest has, for each further chunk, twice the distance to the preceding slot; plus one
 * if the frequencies follow. They are omitted if the term occurs once in the text and not in the headings.
 */
export class BlockWriter {
  readonly #block = new ByteWriter(BLOCK_BYTES * 2);
  readonly #bytesMax: number;
  #firstKey: Uint8Array | null = null;

  /** `bytesMax` is the size at which a block is finished. Only a block with a single list may be larger. */
  constructor(bytesMax = BLOCK_BYTES) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Adds a list. Returns the finished block if the list did not fit in it; otherwise null. `rest` has all postings but
   * the first, written by `writePosting`. Throws if the list is larger than `LIST_BYTES_MAX`.
   */
  add(key: ByteSlice, head: ListHead, rest: ByteSlice): TermBlock | null {
    const restLength = rest.end - rest.start;
    if (restLength > LIST_BYTES_MAX) {
      throw new Error(`A posting list has ${restLength} bytes; a row holds ${LIST_BYTES_MAX}`);
    }
    const isFull = this.#block.length > 0 && this.#block.length + restLength > this.#bytesMax;
    const full = isFull ? this.finish() : null;
    this.#firstKey ??= viewOf(key).slice();
    const block = this.#block;
    block.varint(key.end - key.start);
    block.copy(key);
    block.varint(head.documentCount);
    block.varint(head.largestFrequency);
    block.varint(head.smallestLength);
    block.varint(head.first.slot);
    writeFrequencies(block, head.first);
    block.varint(head.lastSlot);
    block.varint(restLength);
    block.copy(rest);
    return full;
  }

  /** Returns the last block; null if it is empty. */
  finish(): TermBlock | null {
    const firstKey = this.#firstKey;
    this.#firstKey = null;
    return firstKey ? { firstKey, bytes: this.#block.seal() } : null;
  }
}

/** Writes a posting into the rest of a list. `lastSlot` is the slot of the preceding posting. */
export function writePosting(rest: ByteWriter, lastSlot: number, posting: Posting): void {
  const isPlain = posting.body === 1 && posting.heading === 0;
  rest.varint((posting.slot - lastSlot) * 2 + (isPlain ? 0 : 1));
  if (!isPlain) writeFrequencies(rest, posting);
}

function writeFrequencies(writer: ByteWriter, { heading, body }: Posting): void {
  writer.varint(body * 2 + (heading > 0 ? 1 : 0));
  if (heading > 0) writer.varint(heading);
}

/**
 * A cursor over the posting lists of a block, in the order of their keys. It starts before the first list. Throws
 * `DamagedSegment` if the block is damaged.
 */
export class BlockCursor implements ListHead {
  /** The key of the present list, and its postings but the first, encoded. Both slices move with the cursor. */
  readonly key: { readonly bytes: Uint8Array; start: number; end: number };
  readonly rest: { readonly bytes: Uint8Array; start: number; end: number };
  documentCount = 0;
  largestFrequency = 0;
  smallestLength = 0;
  /** The first posting of the present list, which moves with the cursor, too. */
  readonly first = { slot: 0, heading: 0, body: 0 };
  lastSlot = 0;
  readonly #reader: ByteReader;

  constructor(block: Uint8Array) {
    const bytes = openSealed(block);
    this.key = { bytes, start: 0, end: 0 };
    this.rest = { bytes, start: 0, end: 0 };
    this.#reader = new ByteReader(bytes);
  }

  /** Moves to the next list. Returns false at the end of the block. */
  next(): boolean {
    const reader = this.#reader;
    if (reader.at >= reader.bytes.length) return false;
    this.key.start = reader.skip(reader.varint());
    this.key.end = reader.at;
    this.documentCount = reader.varint();
    this.largestFrequency = reader.varint();
    this.smallestLength = reader.varint();
    this.first.slot = reader.varint();
    readFrequencies(reader, this.first);
    this.lastSlot = reader.varint();
    this.rest.start = reader.skip(reader.varint());
    this.rest.end = reader.at;
    return true;
  }

  /**
   * Moves to the list with this key, which must be after the present one. Returns false if the block does not have it.
   */
  seek(key: Uint8Array): boolean {
    const sought = wholeOf(key);
    while (this.next()) {
      const order = compareSlices(this.key, sought);
      if (order >= 0) return order === 0;
    }
    return false;
  }
}

/** Calls `visit` with each posting of a list, in the order of slots. */
export function eachPosting(
  { first, rest }: Pick<BlockCursor, "first" | "rest">,
  visit: (slot: number, heading: number, body: number) => void,
): void {
  const reader = new ByteReader(rest.bytes, rest.start);
  const posting = { ...first };
  visit(posting.slot, posting.heading, posting.body);
  while (reader.at < rest.end) {
    const gap = reader.varint();
    posting.slot += Math.floor(gap / 2);
    if (gap % 2 === 0) {
      visit(posting.slot, 0, 1);
    } else {
      readFrequencies(reader, posting);
      visit(posting.slot, posting.heading, posting.body);
    }
  }
}

function readFrequencies(reader: ByteReader, posting: { heading: number; body: number }): void {
  const coded = reader.varint();
  posting.heading = coded % 2 === 1 ? reader.varint() : 0;
  posting.body = Math.floor(coded / 2);
}

/** Returns the key of a block's last list. */
export function lastKeyOf({ bytes }: TermBlock): Uint8Array {
  const cursor = new BlockCursor(bytes);
  while (cursor.next());
  return viewOf(cursor.key);
}

/** Returns the blocks from the one on that can contain the posting list of a key; all if the key precedes them. */
export function blocksFrom(blocks: readonly TermBlock[], key: Uint8Array): readonly TermBlock[] {
  return blocks.slice(
    Math.max(
      0,
      blocks.findLastIndex(({ firstKey }) => compareBytes(firstKey, key) <= 0),
    ),
  );
}

/** Returns the only block that can contain the posting list of a key; null if no block can. */
export function findBlock(blocks: readonly TermBlock[], key: Uint8Array): Uint8Array | null {
  return blocks.findLast(({ firstKey }) => compareBytes(firstKey, key) <= 0)?.bytes ?? null;
}
