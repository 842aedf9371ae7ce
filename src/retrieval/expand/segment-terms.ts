import { ByteReader } from "../segment/bytes.ts";
import { KeyCursor } from "../segment/key-cursor.ts";
import { FIELD } from "../segment/term-block.ts";
import type { SortedTerms, TermCursor } from "./expand-term.ts";

/**
 * Yields the blocks of a segment's posting lists in the order of their keys, beginning with the block in which `key` is
 * or would be.
 */
export type ReadBlocks = (key: Uint8Array) => Iterable<Uint8Array>;

/**
 * The terms of a segment's headings and texts (`FIELD.text`), in the order of their UTF-8 bytes. Lists of other fields
 * are skipped.
 */
export class SegmentTerms implements SortedTerms {
  readonly #readBlocks: ReadBlocks;

  constructor(readBlocks: ReadBlocks) {
    this.#readBlocks = readBlocks;
  }

  *blocks(from: Uint8Array): Iterable<TermCursor> {
    const key = new Uint8Array(1 + from.length);
    key[0] = FIELD.text;
    key.set(from, 1);
    for (const block of this.#readBlocks(key)) {
      const cursor = new TextTermCursor(block);
      if (readField(block) !== FIELD.text) return;
      yield cursor;
    }
  }
}

/** Reads the field of a block's first list. After one of another field there are no terms of texts any more. */
function readField(block: Uint8Array): number | undefined {
  const reader = new ByteReader(block);
  return reader.varint() > 0 ? block[reader.at] : undefined;
}

/** A cursor over the terms of a block. A key is one byte for the field, followed by the term. */
class TextTermCursor implements TermCursor {
  readonly bytes: Uint8Array;
  start = 0;
  end = 0;
  documentCount = 0;
  readonly #lists: KeyCursor;

  constructor(block: Uint8Array) {
    this.#lists = new KeyCursor(block);
    this.bytes = this.#lists.bytes;
  }

  next(): boolean {
    const lists = this.#lists;
    while (lists.next()) {
      if (this.bytes[lists.start] !== FIELD.text) continue;
      this.start = lists.start + 1;
      this.end = lists.end;
      this.documentCount = lists.documentCount;
      return true;
    }
    return false;
  }
}
