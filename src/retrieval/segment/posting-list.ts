import { type BlockCursor, eachPosting } from "./term-block.ts";

/** The chunks of a segment that contain a term, decoded for scoring. */
export type PostingList = {
  /** The chunks' slots (places in the segment), ascending. */
  readonly slots: Uint32Array;
  /** The term's frequency in each of the chunks, headings and body together; null if it is 1 in all of them. */
  readonly frequencies: Uint8Array | Uint16Array | Uint32Array | null;
};

/** The list of a term that no chunk of the segment contains. */
export const NO_POSTINGS: PostingList = { slots: new Uint32Array(), frequencies: null };

/** Decodes the present list of a cursor. */
export function decodeList(cursor: BlockCursor): PostingList {
  const slots = new Uint32Array(cursor.documentCount);
  const frequencies =
    cursor.largestFrequency > 1 ? makeCounts(cursor.documentCount, cursor.largestFrequency) : null;
  let index = 0;
  eachPosting(cursor, (slot, heading, body) => {
    slots[index] = slot;
    if (frequencies) frequencies[index] = heading + body;
    index++;
  });
  return { slots, frequencies };
}

/** Makes an array of `length` zeros that can hold numbers up to `largest`. */
function makeCounts(length: number, largest: number): Uint8Array | Uint16Array | Uint32Array {
  if (largest < 256) return new Uint8Array(length);
  return largest < 65_536 ? new Uint16Array(length) : new Uint32Array(length);
}

/** Makes a list from postings, which map the slot of each chunk to the term's frequency. */
export function makeList(postings: ReadonlyMap<number, number>): PostingList {
  const sorted = [...postings].toSorted(([a], [b]) => a - b);
  return {
    slots: Uint32Array.from(sorted, ([slot]) => slot),
    frequencies: Uint32Array.from(sorted, ([, frequency]) => frequency),
  };
}

/** Returns the memory that a decoded list takes in a cache, in bytes. */
export function measureList({ slots, frequencies }: PostingList): number {
  return 200 + slots.byteLength + (frequencies?.byteLength ?? 0);
}
