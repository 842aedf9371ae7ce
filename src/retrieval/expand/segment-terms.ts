import { KeyCursor } from "../segment/key-cursor.ts";
import { FIELD } from "../segment/term-block.ts";
import type { SortedTerms, TermCursor } from "./expand-term.ts";

/**
 * Yields the blocks of a segment's posting lists in the order of their keys: from the block in which the key `from` is
 * or would be, to the last one that can have keys before `before`.
 */
export type ReadBlocks = (from: Uint8Array, before: Uint8Array) => Iterable<Uint8Array>;

/**
 * The terms of a segment's headings and texts (`FIELD.text`), in the order of their UTF-8 bytes. Blocks can also have
 * lists of other fields.
 */
export class SegmentTerms implements SortedTerms {
  readonly #readBlocks: ReadBlocks;

  constructor(readBlocks: ReadBlocks) {
    this.#readBlocks = readBlocks;
  }

  *blocks(from: Uint8Array, prefix: Uint8Array): Iterable<TermCursor> {
    for (const block of this.#readBlocks(toKey(from), after(toKey(prefix)))) {
      yield new KeyCursor(block, FIELD.text);
    }
  }
}

/** Returns the key of a term's posting list. */
function toKey(term: Uint8Array): Uint8Array {
  const key = new Uint8Array(1 + term.length);
  key[0] = FIELD.text;
  key.set(term, 1);
  return key;
}

/** Returns the first key after all keys with a prefix, which ends in no 0xff: neither a field nor UTF-8 does. */
function after(prefix: Uint8Array): Uint8Array {
  const key = prefix.slice();
  key[key.length - 1] = (key.at(-1) ?? 0) + 1;
  return key;
}
